/// The vocabulary of checks as the evaluator dispatches on it. Each has a file in Checks/.
enum Opcode: UInt8 {
  case none
  case exactlyOne, atMostOne, required, together, absent
  case range, count, uniqueBy, distinctNames
  case length, matches, oneOf, noneOf, uuid, apiVersion, resourceID, uri
  case requestLine
}
