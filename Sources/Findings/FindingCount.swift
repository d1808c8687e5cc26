/// How many findings there are of each severity.
package struct FindingCount: Sendable, Equatable {
  package private(set) var errors = 0
  package private(set) var warnings = 0
  package private(set) var infos = 0

  package var total: Int { errors + warnings + infos }

  package subscript(severity: Severity) -> Int {
    switch severity {
    case .error: errors
    case .warning: warnings
    case .info: infos
    }
  }

  /// The highest severity that was counted.
  package var highest: Severity { errors > 0 ? .error : warnings > 0 ? .warning : .info }

  package init(errors: Int = 0, warnings: Int = 0, infos: Int = 0) {
    self.errors = errors
    self.warnings = warnings
    self.infos = infos
  }

  /// Counts findings.
  package init(_ findings: [Finding]) {
    // By index: findings are large to copy.
    for index in findings.indices { add(findings[index].severity) }
  }

  package mutating func add(_ other: FindingCount) {
    errors += other.errors
    warnings += other.warnings
    infos += other.infos
  }

  package mutating func add(_ severity: Severity, times count: Int = 1) {
    switch severity {
    case .error: errors += count
    case .warning: warnings += count
    case .info: infos += count
    }
  }
}
