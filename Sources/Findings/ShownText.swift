/// What of a document's own text an output shows beside findings: there secrets have to be hidden.
package struct ShownText: OptionSet, Sendable {
  /// The lines around findings, as far as a ``FrameWindow`` reaches.
  package static let lines = ShownText(rawValue: 1)
  /// The edits of fixes.
  package static let fixes = ShownText(rawValue: 2)

  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }
}
