import CHDF5
import Foundation
import Testing

@testable import HDF5

extension HDF5Tests {
    @Suite struct Datasets {
        @Test func shapesAreThoseOfTheFile() throws {
            let numbers = try fixture().root.group("numbers")
            #expect(try numbers.dataset("matrix").shape == [4, 3])
            #expect(try numbers.dataset("scalar").shape == [])
            #expect(try numbers.dataset("scalar").read(as: Double.self) == [2.5])
            #expect(try numbers.dataset("none").shape == [0, 3])
            #expect(try numbers.dataset("none").read(as: Float.self) == [])
            #expect(try numbers.dataset("empty").shape == [0])
            #expect(try numbers.dataset("empty").read(as: Float.self) == [])
        }

        @Test func scalarAndEmptyDatasetsCanBeWritten() throws {
            let root = try File.createInMemory().root
            let options = DatasetOptions(gzipLevel: 1, fletcher32: true)
            let scalar = try root.createDataset("scalar", of: Int32.self, shape: [], options: options)
            try scalar.write([5])
            #expect(try scalar.read(as: Int32.self) == [5])
            let empty = try root.createDataset("empty", of: Int32.self, shape: [0, 3], options: options)
            try empty.write([Int32]())
            #expect(try empty.read(as: Int32.self) == [])
        }

        @Test(arguments: [
            DatasetOptions(), DatasetOptions(chunkShape: [3, 2]), DatasetOptions(fletcher32: true),
            DatasetOptions(chunkShape: [4, 3], gzipLevel: 6, shuffle: true, fletcher32: true),
        ])
        func rowsCanBeReadAndWritten(_ options: DatasetOptions) throws {
            let dataset = try File.createInMemory().root.createDataset(
                "x", of: Int16.self, shape: [10, 3], options: options)
            try dataset.write((0..<30).map { Int16($0) })
            try [Float](arrayLiteral: 100, 101, 102, 103, 104, 105).withUnsafeBufferPointer {
                try dataset.write(rows: 4..<6, from: $0)
            }
            var rows = [Double](repeating: 0, count: 12)
            try rows.withUnsafeMutableBufferPointer { try dataset.read(rows: 3..<7, into: $0) }
            #expect(rows == [9, 10, 11, 100, 101, 102, 103, 104, 105, 18, 19, 20])
            #expect(try dataset.read(as: Int.self).suffix(3) == [27, 28, 29])
        }

        @Test func anEmptyRangeOfRowsMayBeRead() throws {
            let dataset = try fixture().root.dataset("numbers/matrix")
            try dataset.read(rows: 4..<4, into: UnsafeMutableBufferPointer<Float>(start: nil, count: 0))
        }

        @Test func rowsOfAFileMadeByH5pyAreRead() throws {
            let dataset = try fixture().root.dataset("numbers/compressed")
            #expect(dataset.chunkShape == [16, 10])
            #expect(Set(dataset.filters) == ["gzip 4", "shuffle", "fletcher32"])
            var rows = [Int](repeating: 0, count: 30)
            try rows.withUnsafeMutableBufferPointer { try dataset.read(rows: 15..<18, into: $0) }
            #expect(rows == Array(150..<180))
        }

        @Test func rowsAndBuffersThatDoNotMatchAreRefused() throws {
            let dataset = try fixture().root.dataset("numbers/matrix")
            var buffer = [Float](repeating: 0, count: 6)
            try buffer.withUnsafeMutableBufferPointer { buffer in
                #expect(try failure { try dataset.read(rows: 3..<5, into: buffer) }.detail == "rows 3..<5 of 4")
                #expect(try failure { try dataset.read(rows: -1..<1, into: buffer) }.detail == "rows -1..<1 of 4")
                let short = try failure { try dataset.read(rows: 0..<3, into: buffer) }
                #expect(short.kind == .readFailed)
                #expect(short.detail == "a buffer of 6 elements for rows 0..<3 of shape [4, 3]")
            }
            let scalar = try fixture().root.dataset("numbers/scalar")
            buffer.withUnsafeMutableBufferPointer { buffer in
                _ = #expect(throws: HDF5Error.self) { try scalar.read(rows: 0..<1, into: buffer) }
            }
            let written = try File.createInMemory().root.createDataset("x", of: Float.self, shape: [2, 2])
            let error = try failure { try written.write([Float](repeating: 0, count: 5)) }
            #expect(error.kind == .writeFailed)
            #expect(error.detail == "5 values for shape [2, 2]")
        }

        @Test func optionsAreSeenInTheFile() throws {
            let root = try File.createInMemory().root
            let plain = try root.createDataset("plain", of: Float.self, shape: [8])
            #expect(plain.chunkShape == nil)
            #expect(plain.filters == [])
            let all = try root.createDataset(
                "all", of: Float.self, shape: [8, 4],
                options: DatasetOptions(chunkShape: [2, 4], gzipLevel: 9, shuffle: true, fletcher32: true))
            #expect(all.chunkShape == [2, 4])
            #expect(all.filters == ["shuffle", "gzip 9", "fletcher32"])
            let small = try root.createDataset(
                "small", of: Float.self, shape: [8, 4], options: DatasetOptions(fletcher32: true))
            #expect(small.chunkShape == [8, 4])
            let large = try root.createDataset(
                "large", of: Float.self, shape: [5000, 1024], options: DatasetOptions(fletcher32: true))
            #expect(large.chunkShape == [256, 1024])
        }

        @Test func invalidDatasetsCannotBeCreated() throws {
            let root = try File.createInMemory().root
            _ = try root.createDataset("x", of: Float.self, shape: [1])
            let twice = try failure { _ = try root.createDataset("x", of: Float.self, shape: [1]) }
            #expect(twice.kind == .cannotCreate)
            #expect(twice.operation == "H5Dcreate2")
            #expect(twice.object == "/x")
            #expect(twice.detail.contains("already exists"))
            #expect(throws: HDF5Error.self) { try root.createDataset("n", of: Float.self, shape: [-1]) }
            #expect(throws: HDF5Error.self) {
                try root.createDataset("n", of: Float.self, shape: [4], options: DatasetOptions(chunkShape: [8]))
            }
            #expect(throws: HDF5Error.self) {
                try root.createDataset("n", of: Float.self, shape: [4], options: DatasetOptions(chunkShape: [2, 2]))
            }
            for level in [-1, 10] {
                #expect(throws: HDF5Error.self) {
                    try root.createDataset("n", of: Float.self, shape: [4], options: DatasetOptions(gzipLevel: level))
                }
            }
            #expect(try root.members().map(\.name) == ["x"])
        }

        @Test(arguments: [[Int.max, 4], [1 << 60], [1 << 44]])
        func sizesBeyondMemoryAreErrors(_ shape: [Int]) throws {
            // HDF5 cannot store some of these shapes; for the others, no memory may be allocated.
            let root = try File.createInMemory().root
            let chunk = DatasetOptions(chunkShape: shape.map { _ in 1 })
            guard let dataset = try? root.createDataset("x", of: Float.self, shape: shape, options: chunk) else {
                return
            }
            let error = try failure { _ = try dataset.read(as: Float.self) }
            #expect(error.kind == .readFailed)
            #expect(error.detail == "shape \(shape) does not fit in memory")
        }

        @Test func dimensionsBeyondTheirLimitAreDamage() throws {
            let file = try File.createInMemory()
            _ = try file.root.createDataset("x", of: UInt8.self, shape: [0x1234_5678])
            var image = try file.image()
            let extent: [UInt8] = [0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0]
            let place = try #require(image.indices.first { image[$0...].starts(with: extent) })
            image[place + 4] = 1
            let error = try failure { _ = try File.open(image: image, name: "x").root.dataset("x") }
            #expect(error.kind == .readFailed)
            #expect(error.operation == "H5Sget_simple_extent_dims")
        }

        @Test func flippedBytesFailTheirChecksum() throws {
            try withDirectory { directory in
                let path = directory.file("x.h5")
                let marker: [UInt8] = Array("a marker that is found in the file".utf8)
                let file = try File.create(path)
                let options = DatasetOptions(fletcher32: true)
                try file.root.createDataset("x", of: UInt8.self, shape: [marker.count], options: options).write(marker)
                try file.close()
                var contents = try bytes(path)
                let place = try #require(contents.indices.first { contents[$0...].starts(with: marker) })
                contents[place + 5] ^= 1
                try put(contents, path)
                let error = try failure { _ = try File.open(path).root.dataset("x").read(as: UInt8.self) }
                #expect(error.kind == .readFailed)
                #expect(error.operation == "H5Dread")
                #expect(error.path == path)
                #expect(error.object == "/x")
                #expect(error.detail.contains("Fletcher32"))
            }
        }

        @Test func severalThreadsMayReadAndFailAtOnce() throws {
            let file = try fixture()
            let dataset = try file.root.dataset("numbers/compressed")
            DispatchQueue.concurrentPerform(iterations: 64) { index in
                let row = index % 100
                var values = [Int](repeating: 0, count: 10)
                #expect(throws: Never.self) {
                    try values.withUnsafeMutableBufferPointer { try dataset.read(rows: row..<row + 1, into: $0) }
                }
                #expect(values == Array(row * 10..<(row + 1) * 10))
                let error = #expect(throws: HDF5Error.self) { try file.root.dataset("missing\(index)") }
                #expect(error?.detail.contains("missing\(index)") == true)
                #expect(throws: Never.self) {
                    let own = try File.createInMemory()
                    try own.root.createDataset("x", of: Int.self, shape: [1]).write([index])
                    let copy = try File.open(image: own.image(), name: "copy")
                    #expect(try copy.root.dataset("x").read(as: Int.self) == [index])
                }
            }
        }
    }
}
