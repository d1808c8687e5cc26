import Findings

/// How many findings there are of each severity.
package struct FindingCount: Sendable, Equatable {
  package private(set) var errors = 0
  package private(set) var warnings = 0
  package private(set) var infos = 0

  package var total: Int { errors + warnings + infos }

  mutating func add(_ severity: Severity) {
    switch severity {
    case .error: errors += 1
    case .warning: warnings += 1
    case .info: infos += 1
    }
  }
}
