/// A part of bodylint that takes what others wrote.
protocol FuzzTarget {
  /// Runs one input. What must not be ends the process, with the reason.
  func run(_ bytes: UnsafeBufferPointer<UInt8>)
}

enum FuzzTargets {
  static var names: [String] { ["json", "rules", "configuration", "requests"] }

  static func named(_ name: String) -> (any FuzzTarget)? {
    switch name {
    case "json": JSONTarget()
    case "rules": RulesTarget()
    case "configuration": ConfigurationTarget()
    case "requests": RequestsTarget()
    default: nil
    }
  }
}

/// Ends the process where something is not as it must be, in every build.
func always(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError(message()) }
}
