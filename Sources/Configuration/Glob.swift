/// A pattern for paths, as `.gitignore` writes them.
///
/// `*` and `?` stand for any characters and any one character of a name, `[a-z]` and `[!a-z]` for one of some, `{a,b}`
/// for either, `**` as a whole name for any number of folders, `\` takes the next character as it is. A pattern without
/// a slash matches the name at any depth; others begin at the folder of the file they stand in. What matches a folder
/// matches everything in it; a slash at the end asks for a folder.
///
/// Matching takes time in proportion to the length of the path times that of the pattern, whatever the pattern is.
package struct Glob: Sendable {
  /// One step of the machine that a pattern is compiled to.
  private enum Step: Sendable {
    case scalar(Unicode.Scalar)
    /// Any character but a slash.
    case any
    case anyOrSlash
    case set([ClosedRange<UInt32>], isNegated: Bool)
    case split(Int, Int)
    case jump(Int)
    case match
  }

  /// A pattern has at most so many characters.
  static let lengthMax = 1024

  /// The pattern as it was written.
  package let text: String
  private let steps: [Step]
  private let wantsFolder: Bool
  /// The pattern has no slash: it is about names.
  private let isName: Bool

  /// Reads a pattern.
  package init(_ text: String) throws(GlobError) {
    self.text = text
    var scalars = Array(text.unicodeScalars)
    guard scalars.count <= Self.lengthMax else {
      throw GlobError("the pattern has over \(Self.lengthMax) characters")
    }
    var wantsFolder = scalars.last == "/"
    while scalars.last == "/" { scalars.removeLast() }
    if scalars.starts(with: ["."] as [Unicode.Scalar]), scalars.dropFirst().first == "/" { scalars.removeFirst() }
    isName = !scalars.contains("/")
    // All that is in a folder: the folder says as much, and a walk need not go into it.
    while scalars.count > 3, scalars.suffix(3).elementsEqual(["/", "*", "*"]) {
      scalars.removeLast(3)
      wantsFolder = true
    }
    self.wantsFolder = wantsFolder
    if scalars.first == "/" { scalars.removeFirst() }
    guard !scalars.isEmpty else { throw GlobError("the pattern is empty") }
    guard !scalars.split(separator: "/").contains([".", "."]) else {
      throw GlobError("'..' leads out of the folder of this file; patterns are relative to it")
    }
    var compiler = Compiler(pattern: scalars)
    if isName { compiler.anyFolders() }
    try compiler.sequence(depth: 0, startsName: true)
    steps = compiler.steps + [.match]
  }

  /// Whether a path is meant: `images/a.json`, relative to the folder that the pattern is relative to.
  ///
  /// - Parameters:
  ///   - path: without a slash at its start.
  ///   - isFolder: the path is a folder's.
  package func matches(_ path: String, isFolder: Bool = false) -> Bool {
    var current = States(count: steps.count)
    var following = States(count: steps.count)
    add(0, to: &current)
    for scalar in path.unicodeScalars {
      // The rest of the path is in a folder that matches.
      if scalar == "/", current.hasMatch { return true }
      following.removeAll()
      for state in current.list where accepts(steps[state], scalar) { add(state + 1, to: &following) }
      swap(&current, &following)
      if current.list.isEmpty { return false }
    }
    return current.hasMatch && (isFolder || !wantsFolder)
  }

  /// Whether a file is meant that is not below the folder of the pattern: only patterns without a slash can.
  package func matchesName(_ name: String) -> Bool { isName && matches(name) }

  private func accepts(_ step: Step, _ scalar: Unicode.Scalar) -> Bool {
    switch step {
    case .scalar(let wanted): scalar == wanted
    case .any: scalar != "/"
    case .anyOrSlash: true
    case .set(let ranges, let isNegated):
      scalar != "/" && ranges.contains { $0.contains(scalar.value) } != isNegated
    case .split, .jump, .match: false
    }
  }

  /// Where the machine can be at one character of the path: each step once.
  private struct States {
    var list: [Int] = []
    var isIn: [Bool]
    var hasMatch = false
    var pending: [Int] = []

    init(count: Int) { isIn = [Bool](repeating: false, count: count) }

    mutating func removeAll() {
      for state in list { isIn[state] = false }
      list.removeAll(keepingCapacity: true)
      hasMatch = false
    }
  }

  private func add(_ state: Int, to states: inout States) {
    states.pending.append(state)
    while let state = states.pending.popLast() {
      guard !states.isIn[state] else { continue }
      states.isIn[state] = true
      // Those that lead on are in the list too, so that they are forgotten with the rest.
      states.list.append(state)
      switch steps[state] {
      case .split(let one, let other):
        states.pending.append(other)
        states.pending.append(one)
      case .jump(let target): states.pending.append(target)
      case .match: states.hasMatch = true
      default: break
      }
    }
  }

  private struct Compiler {
    static let depthMax = 8

    let pattern: [Unicode.Scalar]
    var index = 0
    var steps: [Step] = []

    /// `(.*/)?`
    mutating func anyFolders() {
      let start = steps.count
      steps += [
        .split(start + 1, start + 5), .split(start + 2, start + 4), .anyOrSlash, .jump(start + 1), .scalar("/"),
      ]
    }

    /// Up to the end, or in braces up to the comma or brace that ends the alternative.
    mutating func sequence(depth: Int, startsName: Bool) throws(GlobError) {
      var startsName = startsName
      while index < pattern.count {
        let scalar = pattern[index]
        if depth > 0, scalar == "," || scalar == "}" { return }
        index += 1
        switch scalar {
        case "*":
          try stars(depth: depth, startsName: &startsName)
          continue
        case "?": steps.append(.any)
        case "[": try set()
        case "{": try braces(depth: depth + 1, startsName: startsName)
        case "\\":
          guard index < pattern.count else { throw GlobError("the '\\' at the end of the pattern escapes nothing") }
          steps.append(.scalar(pattern[index]))
          index += 1
        default: steps.append(.scalar(scalar))
        }
        startsName = scalar == "/"
      }
    }

    private mutating func stars(depth: Int, startsName: inout Bool) throws(GlobError) {
      var count = 1
      while index < pattern.count, pattern[index] == "*" {
        count += 1
        index += 1
      }
      let next = index < pattern.count ? pattern[index] : nil
      let start = steps.count
      if count == 2, startsName, next == "/" {
        index += 1
        anyFolders()
        startsName = true
        return
      }
      if count == 2, startsName, next == nil || (depth > 0 && (next == "," || next == "}")) {
        steps += [.anyOrSlash, .split(start, start + 2)]
      } else {
        steps += [.split(start + 1, start + 3), .any, .jump(start)]
      }
      startsName = false
    }

    private mutating func braces(depth: Int, startsName: Bool) throws(GlobError) {
      guard depth <= Self.depthMax else { throw GlobError("more than \(Self.depthMax) levels of braces") }
      var exits: [Int] = []
      while true {
        let split = steps.count
        steps.append(.jump(0))
        try sequence(depth: depth, startsName: startsName)
        guard index < pattern.count else { throw GlobError("the '{' has no '}'") }
        index += 1
        if pattern[index - 1] == "}" {
          steps[split] = .jump(split + 1)
          break
        }
        exits.append(steps.count)
        steps.append(.jump(0))
        steps[split] = .split(split + 1, steps.count)
      }
      for exit in exits { steps[exit] = .jump(steps.count) }
    }

    private mutating func set() throws(GlobError) {
      var ranges: [ClosedRange<UInt32>] = []
      var isNegated = false
      if index < pattern.count, pattern[index] == "!" || pattern[index] == "^" {
        isNegated = true
        index += 1
      }
      let first = index
      while true {
        guard index < pattern.count else { throw GlobError("the '[' has no ']'") }
        // A bracket that stands first is one of the characters.
        if pattern[index] == "]", index > first { break }
        let low = try member()
        var high = low
        if index + 1 < pattern.count, pattern[index] == "-", pattern[index + 1] != "]" {
          index += 1
          high = try member()
        }
        guard low <= high else { throw GlobError("the range \(low)-\(high) has its ends in the wrong order") }
        ranges.append(low.value...high.value)
      }
      index += 1
      steps.append(.set(ranges, isNegated: isNegated))
    }

    private mutating func member() throws(GlobError) -> Unicode.Scalar {
      if pattern[index] == "\\" { index += 1 }
      guard index < pattern.count else { throw GlobError("the '[' has no ']'") }
      index += 1
      return pattern[index - 1]
    }
  }
}

/// Why a text is no pattern: lower case, one line, no period.
package struct GlobError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The words.
  package let description: String

  init(_ description: String) { self.description = description }
}
