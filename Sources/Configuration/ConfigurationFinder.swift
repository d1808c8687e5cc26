import Synchronization

/// Finds the configuration of each file, and reads none of them twice. May be shared by threads.
package final class ConfigurationFinder: Sendable {
  private let vocabulary: @Sendable () -> Configuration.Vocabulary
  private let only: String?
  private let cache = Mutex(Cache())

  private typealias Found = Result<Configuration?, ConfigurationError>

  private struct Cache: Sendable {
    /// By the folder of a file as its path says it.
    var folders: [String: Found] = [:]
    /// The last of them: files come folder by folder.
    var last: (folder: String, found: Found)?
    /// By the absolute path of the configuration file.
    var files: [String: Found] = [:]
  }

  /// - Parameters:
  ///   - vocabulary: the names that configurations may use; asked for only where there is a configuration to read.
  ///   - path: the configuration of all files; nil to look for `.bodylint.yaml` from the folder of each file upward.
  package init(
    vocabulary: @autoclosure @escaping @Sendable () -> Configuration.Vocabulary, path: String? = nil
  ) {
    self.vocabulary = vocabulary
    only = path
  }

  /// The configuration that a file has, or nil. A configuration with mistakes throws for each of its files.
  package func configuration(for file: String) throws(ConfigurationError) -> Configuration? {
    try cache.withLock { cache in found(file, &cache) }.get()
  }

  /// What applies to a file; nil where it has no configuration.
  package func settings(for file: String, today: String) throws(ConfigurationError) -> FileSettings? {
    try configuration(for: file)?.settings(for: file, today: today)
  }

  private func found(_ file: String, _ cache: inout Cache) -> Found {
    if let only { return read(Path.absolute(only), &cache) }
    if let last = cache.last, Path.isRightIn(last.folder, file) { return last.found }
    let slash = file.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(file[..<$0]) } ?? "."
    let found = cache.folders[folder] ?? look(from: slash == file.startIndex ? "/" : Path.absolute(folder), &cache)
    cache.folders[folder] = found
    cache.last = (folder, found)
    return found
  }

  private func look(from folder: String, _ cache: inout Cache) -> Found {
    Configuration.path(nearest: folder).map { read($0, &cache) } ?? .success(nil)
  }

  private func read(_ path: String, _ cache: inout Cache) -> Found {
    if let known = cache.files[path] { return known }
    let found: Found
    do throws(ConfigurationError) {
      // Whoever names a configuration means what its links lead to; one that lies about may be anybody's.
      var reader = ConfigurationReader(vocabulary: vocabulary(), followsLinksOut: only != nil)
      found = .success(try reader.read(path))
    } catch {
      found = .failure(error)
    }
    cache.files[path] = found
    return found
  }
}
