// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "lockstep-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "lockstep", path: ".."),
        // Without its default traits: those replace malloc, which is not what is measured here.
        .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.0", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Parts",
            dependencies: [
                .product(name: "LockstepKit", package: "lockstep"),
                .product(name: "LockstepParts", package: "lockstep"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Parts",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ],
    swiftLanguageModes: [.v6]
)
