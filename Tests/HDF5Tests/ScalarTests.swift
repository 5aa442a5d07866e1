import CHDF5
import Testing

@testable import HDF5

extension HDF5Tests {
    @Suite struct Scalars {
        func roundTrip<T: HDF5Scalar & Equatable>(_ values: [T], _ name: String) throws {
            let file = try File.createInMemory()
            try file.root.createDataset("x", of: T.self, shape: [values.count]).write(values)
            let dataset = try file.root.dataset("x")
            #expect(try dataset.read(as: T.self) == values)
            #expect(dataset.elementType.description == name)
            try file.root.write("x", values)
            #expect(try file.root.read("x", as: T.self) == values)
        }

        @Test func everyScalarTypeIsReadAsWritten() throws {
            try roundTrip([Int8.min, 0, .max], "int8")
            try roundTrip([Int16.min, 0, .max], "int16")
            try roundTrip([Int32.min, 0, .max], "int32")
            try roundTrip([Int64.min, 0, .max], "int64")
            try roundTrip([Int.min, 0, .max], "int64")
            try roundTrip([0, UInt8.max], "uint8")
            try roundTrip([0, UInt16.max], "uint16")
            try roundTrip([0, UInt32.max], "uint32")
            try roundTrip([0, UInt64.max], "uint64")
            try roundTrip([Float.leastNonzeroMagnitude, -1.5, .greatestFiniteMagnitude, .infinity], "float32")
            try roundTrip([Double.leastNonzeroMagnitude, -1.5, .greatestFiniteMagnitude, .infinity], "float64")
        }

        @Test func bitsOfNaNsAndNegativeZeroSurvive() throws {
            let values = [Float(bitPattern: 0x7FC1_2345), -0.0]
            let file = try File.createInMemory()
            let dataset = try file.root.createDataset("x", of: Float.self, shape: [2])
            try dataset.write(values)
            #expect(try dataset.read(as: Float.self).map(\.bitPattern) == values.map(\.bitPattern))
        }

        @Test(arguments: ["little_i2", "big_i2", "big_i8", "big_f4", "little_f2", "big_f8"])
        func numbersOfOtherKindsAreConverted(_ name: String) throws {
            let dataset = try fixture().root.dataset("numbers/\(name)")
            #expect(try dataset.read(as: Float.self) == [1, -2, 3])
            #expect(try dataset.read(as: Double.self) == [1, -2, 3])
            #expect(try dataset.read(as: Int8.self) == [1, -2, 3])
            #expect(try dataset.read(as: Int64.self) == [1, -2, 3])
        }

        @Test func rowsOfSixteenBitFloatsAreReadAsWideIntegers() throws {
            let dataset = try fixture().root.dataset("numbers/little_f2")
            var values = [Int](repeating: 0, count: 2)
            try values.withUnsafeMutableBufferPointer { try dataset.read(rows: 1..<3, into: $0) }
            #expect(values == [-2, 3])
        }

        @Test func elementTypesAreNamedAsNumPyNamesThem() throws {
            let numbers = try fixture().root.group("numbers")
            #expect(try numbers.dataset("little_f2").elementType == .float(bits: 16))
            #expect(try numbers.dataset("big_i8").elementType.description == "int64")
            #expect(try numbers.dataset("little_u4").elementType.description == "uint32")
            #expect(try numbers.dataset("complex").elementType == .other("compound"))
            #expect(try fixture().root.dataset("strings/variable").elementType == .string)
        }

        @Test func booleansReadAsNumbers() throws {
            let dataset = try fixture().root.dataset("numbers/bool")
            #expect(dataset.elementType == .integer(bits: 8, signed: true))
            #expect(try dataset.read(as: UInt8.self) == [1, 0, 1])
            #expect(try dataset.read(as: Float.self) == [1, 0, 1])
        }

        @Test func valuesThatDoNotFitAreClamped() throws {
            let file = try File.createInMemory()
            let dataset = try file.root.createDataset("x", of: Double.self, shape: [4])
            try dataset.write([-1, 300, 2.7, 7.0])
            #expect(try dataset.read(as: UInt8.self) == [0, 255, 2, 7])
        }

        @Test func readingOtherElementsAsNumbersIsRefused() throws {
            let root = try fixture().root
            let compound = try failure { _ = try root.dataset("numbers/complex").read(as: Float.self) }
            #expect(compound.kind == .wrongType)
            #expect(compound.detail == "elements are compound, not numbers")
            let string = try failure { _ = try root.dataset("strings/variable").read(as: Int.self) }
            #expect(string.kind == .wrongType)
            #expect(string.object == "/strings/variable")
        }
    }
}
