import Findings

/// What findings say again and again, made from a program's tables once.
final class RuleTexts {
  private let tables: Program.Tables
  @exclusivity(unchecked) private var rules: [FindingsOfRule?]
  @exclusivity(unchecked) private var entryNames: [String?]
  private var tableWords: [UInt32: TableWords] = [:]
  private var properties: [UInt32: PropertyIndex] = [:]

  init(_ tables: Program.Tables) {
    self.tables = tables
    rules = Array(repeating: nil, count: Int(tables.header.rules))
    entryNames = Array(repeating: nil, count: Int(tables.header.entries))
  }

  /// What all findings of a rule share.
  func rule(_ index: Int) -> FindingsOfRule {
    if let known = rules[index] { return known }
    let rule = tables.rules[index]
    let made = FindingsOfRule(
      id: tables.string(rule.id),
      source: rule.url.length > 0 ? Source(quote: tables.string(rule.quote), url: tables.string(rule.url)) : nil,
      advice: rule.advice.length > 0 ? tables.string(rule.advice) : nil)
    rules[index] = made
    return made
  }

  /// The names of a table.
  func words(_ table: NameTable) -> TableWords {
    guard table.count > 0 else { return TableWords([]) }
    if let known = tableWords[table.start] { return known }
    let made = TableWords((0..<Int(table.count)).map { tables.string(tables.names[Int(table.start) + $0].name) })
    tableWords[table.start] = made
    return made
  }

  /// Every property below a shape.
  func properties(below root: UInt32) -> PropertyIndex {
    if let known = properties[root] { return known }
    let made = PropertyIndex(tables, root)
    properties[root] = made
    return made
  }

  /// Whether any shape has a property of that name, whatever its letter case.
  func isDocumented(_ name: UnsafeBufferPointer<UInt8>) -> Bool { documentedNames.contains(name.map(lowercased)) }

  private lazy var documentedNames = Set(
    (0..<Int(tables.header.shapes)).flatMap { shape in
      let properties = tables.shapes[shape].properties
      return (0..<Int(properties.count)).map { index in
        tables.bytes(tables.names[Int(properties.start) + index].name).map(lowercased)
      }
    })

  /// The name of an operation or response.
  func entryName(_ index: Int) -> String {
    if let known = entryNames[index] { return known }
    let made = tables.string(tables.entries[index].name)
    entryNames[index] = made
    return made
  }
}

/// The names of a table, and how messages list them.
struct TableWords {
  let list: WordList
  /// `a, b and c`, in order.
  let members: String
  /// `b, c or a`, as they are documented.
  let choices: String

  init(_ words: [String]) {
    list = WordList(words)
    members = listed(words.sorted())
    choices = listed(words, "or")
  }
}

/// The properties of a shape and of all below it, by name, with pointers to the objects that have them.
struct PropertyIndex {
  let words: WordList
  private let homes: [String: [String]]

  init(_ tables: Program.Tables, _ root: UInt32) {
    var words: [String] = []
    var homes: [String: [String]] = [:]
    var open: [(pointer: String, shape: UInt32)] = [("", root)]
    var seen: Set<UInt32> = []
    var next = 0
    while next < open.count {
      let (pointer, index) = open[next]
      next += 1
      guard seen.insert(index).inserted else { continue }
      let shape = tables.shapes[Int(index)]
      for entry in 0..<Int(shape.properties.count) {
        let property = tables.names[Int(shape.properties.start) + entry]
        let name = tables.string(property.name)
        words.append(name)
        homes[name.lowercased(), default: []].append(pointer)
        open.append((pointer + "/" + name, property.shape))
      }
      if shape.element != ShapeNode.none { open.append((pointer + "/*", shape.element)) }
    }
    self.words = WordList(words)
    self.homes = homes
  }

  /// Pointers to the objects that have a property of that name, whatever its letter case.
  func homes(of name: String) -> [String] { homes[name.lowercased()] ?? [] }
}
