// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "lockstep",
    products: [
        .executable(name: "lockstep", targets: ["lockstep"]),
        .library(name: "Lockstep", targets: ["Training", "Networks", "Datasets", "Kernels", "HDF5"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
        .target(name: "CVector"),
        .target(name: "CChildren"),

        .target(name: "DurableFiles", dependencies: ["CCrypto"]),
        .target(name: "HDF5", dependencies: ["CHDF5", "CChildren", "DurableFiles"]),
        .target(name: "Kernels", dependencies: ["COneDNN", "CVector"]),
        .target(name: "Reference"),
        .target(name: "Networks", dependencies: ["Kernels", "Reference"]),
        .target(name: "Datasets", dependencies: ["HDF5", "Kernels", "DurableFiles", "CZlib"]),
        .target(
            name: "Training",
            dependencies: [
                "Networks", "Datasets", "HDF5", "Kernels", "DurableFiles", "Reference",
                .product(name: "Yams", package: "Yams"),
            ]),
        .executableTarget(
            name: "lockstep",
            dependencies: [
                "Training",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .target(name: "TestSupport", dependencies: ["Reference"], path: "Tests/TestSupport"),
        .testTarget(name: "DurableFilesTests", dependencies: ["DurableFiles", "TestSupport"]),
        .testTarget(
            name: "HDF5Tests", dependencies: ["HDF5", "CHDF5"], exclude: ["Fixtures/make_fixture.py"],
            resources: [.copy("Fixtures/h5py.h5")]),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Reference", "TestSupport"]),
        .testTarget(
            name: "NetworksTests", dependencies: ["Networks", "Kernels", "HDF5", "Reference", "TestSupport"],
            exclude: ["Fixtures/record_pytorch.py"], resources: [.copy("Fixtures/pytorch.h5")]),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Datasets", "DurableFiles", "HDF5", "Kernels", "CZlib", "TestSupport"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "Networks", "Datasets", "HDF5", "Kernels", "DurableFiles", "Reference", "TestSupport",
            ],
            exclude: [
                "Fixtures/record_pytorch.py", "Fixtures/record_optimizers.py", "Fixtures/record_schedules.py",
                "Fixtures/record_metrics.py",
            ],
            resources: [
                .copy("Fixtures/pytorch.h5"), .copy("Fixtures/optimizers.h5"), .copy("Fixtures/schedules.h5"),
                .copy("Fixtures/metrics.h5"),
            ]),
        .testTarget(
            name: "LockstepTests",
            dependencies: ["lockstep", "DurableFiles", "HDF5", "Kernels", "Training", "TestSupport"],
            exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
