// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of bodylint.h.

import Bodylint
public import CBodylint

/// What a `bodylint_linter *` points to.
final class LinterHandle: Sendable {
  let linter: Linter
  /// The names that reports give out, by ``Judgement/operation``: in memory that lives as long as this.
  let operationNames: CStrings

  init(_ linter: Linter) {
    self.linter = linter
    operationNames = CStrings(linter.rules.operations.map(\.name))
  }
}

/// What a `bodylint_request *` points to.
final class RequestHandle: Sendable {
  let linter: LinterHandle
  let prepared: PreparedRequest

  init(_ linter: LinterHandle, _ prepared: PreparedRequest) {
    self.linter = linter
    self.prepared = prepared
  }
}

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_abi_version() -> UInt32 { UInt32(BODYLINT_ABI_VERSION) }

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_version() -> UnsafePointer<CChar>? { inside { versionText[0] } }

private let versionText = CStrings([Linter.version])

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_linter_create(
  _ options: UnsafePointer<bodylint_linter_options>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> OpaquePointer? {
  attempt(error) {
    let options = try known(options, size: options?.pointee.size)
    let standard = TextLimits.standard
    let limits = TextLimits(
      byteCountMax: options.byte_count_max == 0 ? standard.byteCountMax : capped(options.byte_count_max, at: .max),
      depthMax: options.depth_max == 0 ? standard.depthMax : capped(options.depth_max, at: .max))
    guard var rules = BundledRules.ruleSet() else {
      throw ABIError("this libbodylint was built without its rules: run 'make generate' and build again")
    }
    if let folder = try text(options.rules, "rules") { rules = try rules.adding(contentsOf: folder) }
    return handle(LinterHandle(Linter(rules, limits: limits)))
  }
}

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_linter_free(_ linter: OpaquePointer?) { inside { free(linter, LinterHandle.self) } }

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_request_create(
  _ linter: OpaquePointer?, _ options: UnsafePointer<bodylint_request_options>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> OpaquePointer? {
  attempt(error) {
    guard let linter = object(linter, LinterHandle.self) else { throw ABIError("linter is NULL") }
    let options = try known(options, size: options?.pointee.size)
    guard options.reserved == 0 else { throw ABIError("reserved is not 0") }
    guard options.flags & ~UInt32(BODYLINT_RESPONSE | BODYLINT_COMMENTS) == 0 else {
      throw ABIError("flags has bits that this version of libbodylint does not know")
    }
    var request = Request(
      operation: try text(options.operation, "operation"), apiVersion: try text(options.api_version, "api_version"),
      method: try text(options.method, "method"), url: try text(options.url, "url"),
      isResponse: options.flags & UInt32(BODYLINT_RESPONSE) != 0,
      allowsComments: options.flags & UInt32(BODYLINT_COMMENTS) != 0, now: try text(options.now, "now"))
    guard options.facts != nil || options.fact_count == 0 else {
      throw ABIError("facts is NULL, and fact_count is not 0")
    }
    let factCount = capped(options.fact_count, at: factCountMax + 1)
    guard factCount <= factCountMax else { throw ABIError("fact_count is larger than \(factCountMax)") }
    for index in 0..<factCount {
      guard let name = try text(options.facts[2 * index], "a fact"),
        let value = try text(options.facts[2 * index + 1], "a fact")
      else { throw ABIError("facts has a NULL among its names and values") }
      guard request.facts.updateValue(value, forKey: name) == nil else {
        throw ABIError("the fact \(printable(name, limit: 40)) is given twice")
      }
    }
    return handle(RequestHandle(linter, try linter.linter.prepare(request)))
  }
}

/// A `size_t`, which Swift takes for an `Int`.
private func capped(_ size: Int, at limit: Int) -> Int { Int(min(UInt(bitPattern: size), UInt(limit))) }

/// Far more than there are: a number beyond it was not meant.
private let factCountMax = 1_000

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_request_free(_ request: OpaquePointer?) { inside { free(request, RequestHandle.self) } }

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_string_free(_ string: UnsafeMutablePointer<CChar>?) { systemFree(string) }
