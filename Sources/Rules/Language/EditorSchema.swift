/// JSON Schemas for editors, made from the same tables that the loader reads by: completion, and a red line under a typo.
package enum EditorSchema {
  /// For rule files.
  package static var rule: String {
    let checks = vocabulary.map { check in
      "      \"\(check.keyword)\": {\"description\": \(string(check.summary + " Placeholders: " + check.placeholders.map { "{\($0)}" }.joined(separator: " "))), \"allOf\": [\(check.argumentSchema)]}"
    }
    let severities = #"{"enum": ["error", "warning", "info"]}"#
    return """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule of bodylint",
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "title", "severity", "since", "source", "operations", "why", "fix", "examples"],
        "properties": {
          "id": {"type": "string", "pattern": "^[a-z0-9-]+$", "description": "The file's name; names the fault."},
          "title": {"type": "string", "description": "A sentence stating the fault, no period."},
          "severity": \(severities),
          "since": {"type": "string"},
          "source": {"anyOf": [{"$ref": "#/$defs/source"}, {"type": "array", "items": {"$ref": "#/$defs/source"}}]},
          "contradiction": {"type": "string", "description": "What contradicts what, where documents do."},
          "operations": {"anyOf": [{"const": "any"}, {"type": "array", "items": {"type": "string"}}]},
          "apiVersions": {"type": "string", "description": "2019-03-01.., ..2018-10-01, A..B, one version, or any."},
          "at": {"$ref": "#/$defs/at"},
          "when": {"$ref": "#/$defs/condition"}, "of": {"type": "string", "pattern": "^/"},
          "check": {"$ref": "#/$defs/check"},
          "cases": {"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": false, "required": ["check"], "properties": {
            "at": {"$ref": "#/$defs/at"}, "when": {"$ref": "#/$defs/condition"}, "of": {"type": "string", "pattern": "^/"}, "check": {"$ref": "#/$defs/check"}, "severity": \(severities), "message": {"$ref": "#/$defs/message"}}}},
          "message": {"$ref": "#/$defs/message"},
          "why": {"type": "string"},
          "fix": {"type": "string"},
          "formerly": {"type": "array", "items": {"type": "string"}},
          "examples": {"type": "object", "additionalProperties": false, "required": ["valid", "invalid"], "properties": {
            "valid": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/example"}},
            "invalid": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/example"}}}}
        },
        "$defs": {
          "source": {"type": "object", "additionalProperties": false, "required": ["quote", "url"], "properties": {"quote": {"type": "string"}, "url": {"type": "string", "pattern": "^https://"}, "note": {"type": "string"}}},
          "at": {"anyOf": [{"type": "string", "pattern": "^(/.*|\\\\{[^}]+\\\\})?$"}, {"type": "array", "items": {"type": "string"}}]},
          "message": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]},
          "condition": {"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1, "properties": {
            "has": {"type": "string"},
            "nonEmpty": {"type": "string"},
            "equals": {"type": "object", "additionalProperties": false, "required": ["at", "value"], "properties": {"at": {"type": "string"}, "value": {}}},
            "oneOf": {"type": "object", "additionalProperties": false, "required": ["at", "values"], "properties": {"at": {"type": "string"}, "values": {"type": "array"}}},
            "fact": {"type": "object", "minProperties": 1, "maxProperties": 1},
            "some": {"type": "object", "additionalProperties": false, "required": ["in", "where"], "properties": {"in": {"type": "string"}, "where": {"$ref": "#/$defs/condition"}}},
            "all": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
            "any": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
            "not": {"$ref": "#/$defs/condition"}}},
          "check": {"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1, "properties": {
      \(checks.joined(separator: ",\n")),
            "name": {"description": "A string check on the member's name instead of its value.", "$ref": "#/$defs/check"},
            "structural": {"description": "The engine itself reports it.", "const": true}}},
          "example": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
            "name": {"type": "string"}, "body": {"type": "string"}, "bytes": {"type": "string"}, "operation": {"type": "string"}, "apiVersion": {"type": "string"},
            "request": {"type": "string"}, "facts": {"type": "object"}, "now": {"type": "string"},
            "expect": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {
              "at": {"type": "string"}, "request": {"type": "string"}, "message": {"type": "string"}, "severity": \(severities), "property": {"type": "string"}}}}}}
        }
      }

      """
  }

  /// For shape files.
  package static var shape: String {
    let formats = ValueFormat.spellings.map(string).joined(separator: ", ")
    let types = Schema.ValueType.allCases.map { string($0.rawValue) }.joined(separator: ", ")
    return """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A shape of bodylint",
        "type": "object",
        "additionalProperties": false,
        "required": ["operationId", "title", "method", "path"],
        "properties": {
          "operationId": {"type": "string"},
          "title": {"type": "string"},
          "method": {"enum": ["GET", "PUT", "POST", "PATCH", "DELETE"]},
          "path": {"type": "string", "pattern": "^/"},
          "apiVersions": {"type": "object", "additionalProperties": false, "required": ["written"], "properties": {"written": {"type": "string"}, "known": {"type": "array", "items": {"type": "string"}}}},
          "source": {"type": "object"},
          "requestBody": {"type": "object", "additionalProperties": false, "required": ["schema"], "properties": {"required": {"type": "boolean"}, "description": {"type": "string"}, "schema": {"$ref": "#/$defs/schema"}}},
          "responses": {"type": "object", "patternProperties": {"^([1-5][0-9][0-9]|default)$": {"type": "object", "additionalProperties": false, "properties": {"description": {"type": "string"}, "schema": {"$ref": "#/$defs/schema"}}}}, "additionalProperties": false},
          "$defs": {"type": "object", "additionalProperties": {"$ref": "#/$defs/schema"}}
        },
        "$defs": {
          "schema": {"type": "object", "additionalProperties": false, "properties": {
            "type": {"enum": [\(types)]},
            "properties": {"type": "object", "additionalProperties": {"$ref": "#/$defs/schema"}},
            "required": {"type": "array", "items": {"type": "string"}},
            "enum": {"type": "array", "items": {"type": "string"}},
            "items": {"$ref": "#/$defs/schema"},
            "additionalProperties": {"$ref": "#/$defs/schema"},
            "readOnly": {"type": "boolean"}, "writeOnly": {"type": "boolean"}, "deprecated": {"type": "boolean"},
            "format": {"enum": [\(formats)]},
            "description": {"type": "string"},
            "$ref": {"type": "string", "pattern": "^#/\\\\$defs/"},
            "x-ms-secret": {"type": "boolean"}}}
        }
      }

      """
  }

  /// A JSON string of plain text.
  private static func string(_ text: String) -> String {
    "\""
      + text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
      .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
  }
}
