// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "lockstep",
    products: [
        .executable(name: "lockstep", targets: ["lockstep"]),
        .library(name: "LockstepKit", targets: ["LockstepKit"]),
        // For the package of benchmarks alone.
        .library(name: "LockstepParts", targets: ["Kernels", "Datasets", "Minibatches"]),
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
        .target(name: "Layers", dependencies: ["Kernels", "Reference"]),
        .target(name: "RecurrentLayers", dependencies: ["Layers", "Kernels", "Reference"]),
        .target(name: "Networks", dependencies: ["RecurrentLayers", "Layers", "Kernels", "Reference"]),
        .target(name: "Tables", dependencies: ["DurableFiles", "CZlib"]),
        .target(name: "Datasets", dependencies: ["Kernels", "DurableFiles"]),
        .target(name: "Splits", dependencies: ["Datasets", "Kernels"]),
        .target(name: "Minibatches", dependencies: ["Datasets", "Kernels"]),
        .target(
            name: "DatasetFiles", dependencies: ["Splits", "Datasets", "Tables", "HDF5", "Kernels", "DurableFiles"]),
        .target(name: "Optimizers", dependencies: ["Networks", "Kernels"]),
        .target(
            name: "Stepping", dependencies: ["Layers", "Optimizers", "Networks", "Minibatches", "Datasets", "Kernels"]),
        .target(
            name: "RunSettings",
            dependencies: [
                "RecurrentLayers", "Layers",
                "Optimizers", "Networks", "Minibatches", "Splits", "Datasets", "Tables", "Kernels", "DurableFiles",
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "Models",
            dependencies: [
                "Stepping", "RunSettings", "Networks", "Minibatches", "DatasetFiles", "Splits", "Datasets", "Tables",
                "Kernels",
                "DurableFiles",
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "Runs",
            dependencies: [
                "Models", "Stepping", "RunSettings", "Optimizers", "Networks", "Minibatches", "Splits", "Datasets",
                "HDF5",
                "Kernels", "DurableFiles", .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "PortableNetworks",
            dependencies: [
                "Formats", "Runs", "Models", "Stepping", "RunSettings", "Networks", "RecurrentLayers", "Layers",
                "Splits",
                "Datasets", "Kernels", "DurableFiles",
            ]),
        .target(
            name: "ONNXNetworks",
            dependencies: [
                "PortableNetworks", "Formats", "Runs", "Networks", "RecurrentLayers", "Layers", "Kernels",
            ]),
        .target(
            name: "KerasNetworks",
            dependencies: [
                "PortableNetworks", "Formats", "Runs", "Networks", "RecurrentLayers", "Layers", "HDF5", "Kernels",
                "DurableFiles",
            ]),
        .target(
            name: "Interchange",
            dependencies: [
                "KerasNetworks", "ONNXNetworks", "PortableNetworks", "Formats", "Runs", "Splits", "DurableFiles",
            ]),
        .target(
            name: "Checks",
            dependencies: [
                "Models", "Stepping", "RunSettings", "Optimizers", "Networks", "Layers", "Reference", "Minibatches",
                "Datasets", "Kernels", "DurableFiles",
            ]),
        .target(
            name: "Messages",
            dependencies: [
                "PortableNetworks", "Formats", "Layers",
                "Runs", "Models", "Stepping", "RunSettings", "Optimizers", "DatasetFiles", "Splits", "Datasets",
                "Tables",
                "HDF5", "Kernels", "DurableFiles",
            ]),
        .target(
            name: "Reports",
            dependencies: [
                "Pages", "Messages", "Runs", "Models", "Stepping", "RunSettings", "Networks", "Layers", "DatasetFiles",
                "Splits",
                "Datasets", "Tables", "Kernels", "DurableFiles",
            ]),
        .target(
            name: "LockstepKit",
            dependencies: [
                "Messages", "Runs", "Models", "Stepping", "RunSettings", "Optimizers", "Networks", "Splits", "Datasets",
                "Kernels", "DurableFiles",
            ]),
        .target(name: "Formats", dependencies: ["DurableFiles", "CZlib"]),
        .target(name: "Pages", dependencies: ["CZlib"]),
        .target(
            name: "Display",
            dependencies: [
                "Reports", "Messages", "Formats", "Runs", "Models", "Stepping", "Minibatches", "Datasets", "Kernels",
                "DurableFiles",
            ]),
        .executableTarget(
            name: "lockstep",
            dependencies: [
                "Display", "Reports", "Pages", "Messages", "Interchange", "PortableNetworks", "Checks", "Runs",
                "Models",
                "Stepping", "RunSettings", "Layers",
                "DatasetFiles", "Splits", "Datasets", "Tables", "HDF5", "Kernels", "DurableFiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .target(
            name: "TestSupport",
            dependencies: ["RecurrentLayers", "Layers", "Networks", "Kernels", "Reference", "CZlib"],
            path: "Tests/TestSupport"),
        .testTarget(name: "PagesTests", dependencies: ["Pages", "CZlib"]),
        .testTarget(
            name: "FormatsTests", dependencies: ["Formats", "DurableFiles", "TestSupport"],
            exclude: [
                "Fixtures/record_formats.py", "Fixtures/check_formats.py", "Fixtures/check_models.py",
                "Fixtures/check_torch.py",
            ],
            resources: [
                .copy("Fixtures/recorded.onnx"), .copy("Fixtures/recorded.pt"), .copy("Fixtures/recorded.safetensors"),
                .copy("Fixtures/recorded.tfevents"), .copy("Fixtures/recorded.zip"),
            ]),
        .testTarget(name: "DurableFilesTests", dependencies: ["DurableFiles", "TestSupport"]),
        .testTarget(
            name: "HDF5Tests", dependencies: ["HDF5", "CHDF5", "DurableFiles", "Kernels"],
            exclude: ["Fixtures/make_fixture.py"],
            resources: [.copy("Fixtures/h5py.h5")]),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Reference", "TestSupport"]),
        .testTarget(name: "LayersTests", dependencies: ["RecurrentLayers", "Layers", "Kernels"]),
        .testTarget(
            name: "NetworksTests",
            dependencies: ["RecurrentLayers", "Layers", "Networks", "Kernels", "HDF5", "Reference", "TestSupport"],
            exclude: [
                "Fixtures/record_keras_recurrent.py", "Fixtures/record_keras_same.py",
                "Fixtures/record_normalization.py", "Fixtures/record_pytorch.py", "Fixtures/record_recurrent.py",
                "Fixtures/record_residual.py", "Fixtures/record_transposed.py", "Fixtures/record_windows.py",
            ],
            resources: [
                .copy("Fixtures/keras-recurrent.h5"), .copy("Fixtures/keras-same.h5"),
                .copy("Fixtures/normalization.h5"), .copy("Fixtures/pytorch.h5"), .copy("Fixtures/recurrent.h5"),
                .copy("Fixtures/residual.h5"), .copy("Fixtures/transposed.h5"), .copy("Fixtures/windows.h5"),
            ]),
        .testTarget(name: "TablesTests", dependencies: ["Tables", "DurableFiles", "TestSupport"]),
        .testTarget(
            name: "DatasetsTests",
            dependencies: [
                "DatasetFiles", "Minibatches", "Splits", "Datasets", "Tables", "DurableFiles", "HDF5", "Kernels",
                "TestSupport",
            ],
            exclude: ["Fixtures/make_lists.py"],
            resources: [.copy("Fixtures/lists.h5")]),
        .testTarget(
            name: "OptimizersTests",
            dependencies: ["Optimizers", "RunSettings", "Networks", "HDF5", "Kernels", "TestSupport"],
            exclude: ["Fixtures/record_optimizers.py", "Fixtures/record_schedules.py"],
            resources: [.copy("Fixtures/optimizers.h5"), .copy("Fixtures/schedules.h5")]),
        .testTarget(
            name: "SteppingTests",
            dependencies: [
                "RecurrentLayers", "Layers",
                "Stepping", "Models", "Runs", "RunSettings", "Optimizers", "Networks", "Minibatches", "Splits",
                "Datasets",
                "HDF5", "Kernels",
                "Reference",
                "TestSupport",
            ],
            exclude: [
                "Fixtures/record_batch_norm.py", "Fixtures/record_pytorch.py", "Fixtures/record_recurrent_training.py",
            ],
            resources: [
                .copy("Fixtures/batch_norm.h5"), .copy("Fixtures/pytorch.h5"), .copy("Fixtures/recurrent_training.h5"),
            ]),
        .testTarget(
            name: "RunSettingsTests",
            dependencies: ["RunSettings", "Networks", "Minibatches", "Kernels", "TestSupport"]),
        .testTarget(
            name: "ModelsTests",
            dependencies: [
                "Models", "Stepping", "RunSettings", "Networks", "DatasetFiles", "Splits", "Datasets", "HDF5",
                "Kernels",
                "TestSupport",
            ],
            exclude: [
                "Fixtures/record_metrics.py", "Fixtures/record_schema_pairs.py", "Fixtures/schema_reference.py",
            ],
            resources: [.copy("Fixtures/metrics.h5"), .copy("Fixtures/schema_pairs.h5")]),
        .testTarget(
            name: "RunsTests",
            dependencies: [
                "Layers",
                "Runs", "Models", "RunSettings", "Optimizers", "Networks", "Splits", "Datasets", "HDF5", "Kernels",
                "DurableFiles", "TestSupport",
            ]),
        .testTarget(
            name: "ChecksTests",
            dependencies: [
                "Checks", "Models", "RunSettings", "Networks", "Layers", "Splits", "Datasets", "Kernels", "TestSupport",
            ]),
        .testTarget(
            name: "MessagesTests",
            dependencies: [
                "RecurrentLayers", "Layers", "Messages", "PortableNetworks", "Kernels", "Runs", "Models", "RunSettings",
                "Datasets", "DurableFiles", "Networks", "DatasetFiles", "Tables",
            ]),
        .testTarget(
            name: "LockstepKitTests", dependencies: ["LockstepKit", "Runs", "RunSettings", "DatasetFiles", "HDF5"]),
        .testTarget(name: "DisplayTests", dependencies: ["Display"]),
        .testTarget(
            name: "InterchangeTests",
            dependencies: [
                "Interchange", "KerasNetworks", "ONNXNetworks", "PortableNetworks", "Formats", "Runs", "Models",
                "Stepping", "RunSettings", "Networks", "RecurrentLayers", "Layers", "Splits", "Datasets", "HDF5",
                "Kernels", "DurableFiles", "TestSupport",
            ],
            exclude: ["Fixtures/check_keras.py", "Fixtures/record_keras.py", "Fixtures/record_onnx.py"],
            resources: [
                .copy("Fixtures/convolution.keras"), .copy("Fixtures/dense.keras"), .copy("Fixtures/image.h5"),
                .copy("Fixtures/keras2.h5"), .copy("Fixtures/keras-recorded.data"), .copy("Fixtures/lengths.keras"),
                .copy("Fixtures/series.h5"), .copy("Fixtures/text.keras"), .copy("Fixtures/text.weights.h5"),
                .copy("Fixtures/torch-block.onnx"), .copy("Fixtures/torch-decoder.onnx"),
                .copy("Fixtures/torch-dense.onnx"), .copy("Fixtures/torch-gru.onnx"),
                .copy("Fixtures/torch-lstm.onnx"), .copy("Fixtures/torch-mean.onnx"),
                .copy("Fixtures/torch-normalized.onnx"), .copy("Fixtures/torch-words.onnx"),
                .copy("Fixtures/torch-onnx.h5"),
            ]),
        .testTarget(name: "HouseTests"),
        .testTarget(
            name: "LockstepTests",
            dependencies: [
                "lockstep", "Messages", "Runs", "RunSettings", "Tables", "HDF5", "Kernels", "DurableFiles",
                "TestSupport",
            ],
            exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
