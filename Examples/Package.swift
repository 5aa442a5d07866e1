// swift-tools-version: 6.1
import PackageDescription

let kit = Target.Dependency.product(name: "LockstepKit", package: "lockstep")

let package = Package(
    name: "examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "lockstep", path: "..")],
    targets: [
        .executableTarget(name: "TrainOnArrays", dependencies: [kit]),
        .executableTarget(name: "UseACheckpoint", dependencies: [kit]),
        .executableTarget(name: "Minimise", dependencies: [kit]),
    ],
    swiftLanguageModes: [.v6]
)
