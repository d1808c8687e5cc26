/// How much of a line a frame shows around its mark. Whoever looks for what has to be hidden there looks at no less.
package enum FrameWindow {
  /// Terminals are rarely wider, and nobody reads further. In terminal columns.
  package static let widthMax = 110
  /// A minified document is one line of megabytes: only so many bytes on both sides of a mark's start are looked at.
  package static let reach = 400
}
