// swift-tools-version: 6.2
import PackageDescription

// An import is an implementation detail unless it says `public` or `package`.
let settings: [SwiftSetting] = [.enableUpcomingFeature("InternalImportsByDefault")]

let package = Package(
  name: "bodylint",
  products: [
    .executable(name: "bodylint", targets: ["BodylintCommand"]),
    .executable(name: "bodylint-bench", targets: ["BodylintBench"]),
    .executable(name: "bodylint-fuzz", targets: ["BodylintFuzz"]),
    .library(name: "Bodylint", targets: ["Bodylint"]),
    // libbodylint.so: `make library` names and links it as its callers want it.
    .library(name: "bodylint-abi", type: .dynamic, targets: ["BodylintABI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C at the edges: three system libraries, one header of scanning intrinsics, one file of compiled rules.
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CScan"),
    .target(name: "CBundledRules", exclude: ["bundled-rules.bin"]),

    // The rooms; every arrow points up this list.
    .target(name: "JSONText", dependencies: ["CScan"], swiftSettings: settings),
    .target(name: "Findings", dependencies: ["JSONText", "CScan"], swiftSettings: settings),
    .target(
      name: "Rules", dependencies: ["JSONText", "Findings", "CPCRE2", "CYAML", "CZlib", "CScan"],
      swiftSettings: settings),
    .target(
      name: "Bodylint", dependencies: ["Rules", "Findings", "JSONText", "CBundledRules"], swiftSettings: settings),
    .target(
      name: "Configuration", dependencies: ["Rules", "Findings", "JSONText"], swiftSettings: settings),
    .target(name: "Rendering", dependencies: ["Findings", "JSONText"], swiftSettings: settings),

    // The shells.
    .executableTarget(
      name: "BodylintCommand",
      dependencies: [
        "Bodylint", "Configuration", "Rendering", "Rules", "Findings", "JSONText",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(name: "CBodylint", exclude: ["bodylint.pc.in"]),
    .target(
      name: "BodylintABI", dependencies: ["Bodylint", "Rendering", "CBodylint"], exclude: ["libbodylint.map"],
      swiftSettings: settings),
    .executableTarget(
      name: "BodylintDev",
      dependencies: [
        "Bodylint", "Rules", "Rendering", "JSONText",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    .executableTarget(
      name: "BodylintBench", dependencies: ["Bodylint", "Rules", "JSONText", "CAllocations"],
      path: "Benchmarks/BodylintBench", swiftSettings: settings),
    .target(name: "CAllocations", path: "Benchmarks/CAllocations"),

    .executableTarget(
      name: "BodylintFuzz",
      dependencies: ["Bodylint", "Configuration", "Rendering", "Rules", "Findings", "JSONText"],
      path: "Tests/Fuzzing/Sources", swiftSettings: settings),

    .target(
      name: "ScanLevels", dependencies: ["CScan"], path: "Tests/ScanLevels",
      cSettings: [.headerSearchPath("../../Sources/CScan/include")]),
    .target(name: "TestRandom", path: "Tests/TestRandom"),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText", "TestRandom"]),
    .testTarget(
      name: "RulesTests", dependencies: ["Bodylint", "Rules", "JSONText", "Findings", "TestRandom"], exclude: ["Tables"]
    ),
    .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "Findings", "JSONText"]),
    .testTarget(name: "RenderingTests", dependencies: ["Rendering", "Bodylint", "Findings"]),
    .testTarget(
      name: "BodylintTests",
      dependencies: ["Bodylint", "Rules", "JSONText", "Rendering", "CScan", "ScanLevels", "TestRandom"],
      exclude: ["PublicSymbols.txt"]),
    .testTarget(name: "CommandTests", dependencies: ["BodylintCommand"], exclude: ["Scenarios"]),
  ]
)
