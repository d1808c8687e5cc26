/// A place where a text is not JSON (RFC 8259), as ``RecoveringParser`` met it.
///
/// Its words never repeat more of the document than one punctuation mark or a keyword: a document that is cut off or
/// misquoted does not tell where its secrets begin.
package struct SyntaxFault: Sendable {
  package enum Kind: Sendable {
    /// Not the grammar of JSON.
    case grammar
    /// Not UTF-8, or an escape that is half a surrogate pair.
    case encoding
    /// More levels than ``TextLimits/depthMax``.
    case depth
  }

  package let kind: Kind
  /// The bytes at fault; empty where something is missing.
  package let range: Range<Int>
  /// The tape node that was being read: a container between its members, a name once its colon was read.
  package let context: UInt32
  /// What was expected and what stands there: lower case, without a period.
  package let message: String
  /// An earlier place that explains this one: where the unclosed container was opened.
  package let related: Range<Int>?
  package let relatedMessage: String
  /// An edit that makes the text what was probably meant, where that is beyond doubt.
  package let edit: (range: Range<Int>, text: String)?

  init(
    _ kind: Kind, _ range: Range<Int>, in context: UInt32, _ message: String,
    related: Range<Int>? = nil, _ relatedMessage: String = "", edit: (range: Range<Int>, text: String)? = nil
  ) {
    self.kind = kind
    self.range = range
    self.context = context
    self.message = message
    self.related = related
    self.relatedMessage = relatedMessage
    self.edit = edit
  }
}
