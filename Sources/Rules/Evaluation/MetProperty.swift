import JSONText

/// A property in the memory of an evaluator, together with what followed it: 128 bytes.
struct MetProperty {
  /// In the first place: the walk looks for its fields where the property begins.
  let entry: PropertyEntry
  /// One bit for the property, by its number in the shape. It is not asked of shapes with more than ``PropertyEntry/countMax``.
  let bit: UInt64
  /// The properties that came behind this one last, by the lengths of their names; behind a shape's last property those that came
  /// first. Where members come in varying order, no one could guess which is next; lengths tell most of them apart.
  private var successors: (Successor, Successor, Successor, Successor, Successor, Successor, Successor, Successor)

  private typealias Successor = UnsafeMutablePointer<MetProperty>
  /// What is kept of a length.
  private static let lengthMask: UInt32 = 7

  /// What came last behind a property with a name as long as this one.
  @inline(__always)
  static func successor(
    _ property: UnsafeMutablePointer<MetProperty>, _ name: UnsafePointer<TapeNode>
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<MetProperty>> {
    let successors = UnsafeMutableRawPointer(property) + MemoryLayout<MetProperty>.offset(of: \.successors)!
    return successors.assumingMemoryBound(to: UnsafeMutablePointer<MetProperty>.self)
      + Int(name.pointee.length & lengthMask)
  }

  /// A program's properties for one evaluator; behind each comes the first one of its shape.
  static func all(of program: Program.Tables) -> UnsafeMutablePointer<MetProperty> {
    let count = Int(program.header.properties)
    let stride = MemoryLayout<MetProperty>.stride
    let properties = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * stride, alignment: stride)
      .bindMemory(to: MetProperty.self, capacity: count)
    for shape in 0..<Int(program.header.shapes) {
      let start = Int(program.shapes[shape].firstProperty)
      let first = properties + start
      for number in 0..<Int(program.shapes[shape].properties.count) {
        (first + number).initialize(
          to: MetProperty(
            entry: program.properties[start + number], bit: 1 &<< UInt64(number),
            successors: (first, first, first, first, first, first, first, first)))
      }
    }
    return properties
  }
}
