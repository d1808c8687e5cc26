// swift-tools-version: 6.2
import PackageDescription

// bodylint as a dependency. `make example` builds and runs this; the examples of the documentation are parts of it.
let package = Package(
  name: "example",
  dependencies: [
    .package(name: "bodylint", path: "../..")
  ],
  targets: [
    .executableTarget(name: "Example", dependencies: [.product(name: "Bodylint", package: "bodylint")])
  ]
)
