/// The vocabulary of checks as the evaluator dispatches on it. Each has a file in Checks/.
enum Opcode: UInt8 {
  case none
  case exactlyOne, atMostOne, required, together, absent, ascending, never
  case range, count, uniqueBy, distinctNames
  case length, matches, oneOf, noneOf, characterClasses, uuid, apiVersion, resourceID, uri, date
  case base64, secretText, cloudConfig
  case requestLine
}
