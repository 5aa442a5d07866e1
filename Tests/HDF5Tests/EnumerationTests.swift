import CHDF5
import Testing

@testable import HDF5

extension HDF5Tests {
    @Suite struct Enumerations {
        @Test func booleansOfH5pyHaveNames() throws {
            #expect(try fixture().root.dataset("numbers/bool").enumerationNames() == [0: "FALSE", 1: "TRUE"])
        }

        @Test func otherTypesHaveNone() throws {
            for name in ["numbers/matrix", "numbers/big_f8", "strings/variable"] {
                #expect(try fixture().root.dataset(name).enumerationNames() == nil)
            }
        }

        /// Values of a type of another byte order, of more bits or without a sign.
        @Test func valuesAreThoseOfTheTypeInTheFile() throws {
            let root = try File.createInMemory().root
            try put("big", [-2: "low", 300: "high"] as [Int16: String], isBigEndian: true, in: root)
            try put("wide", [-1 << 40: "low", 1 << 40: "high"] as [Int64: String], in: root)
            try put("unsigned", [0: "none", 255: "all"] as [UInt8: String], in: root)
            #expect(try root.dataset("big").enumerationNames() == [-2: "low", 300: "high"])
            #expect(try root.dataset("wide").enumerationNames() == [-1 << 40: "low", 1 << 40: "high"])
            #expect(try root.dataset("unsigned").enumerationNames() == [0: "none", 255: "all"])
        }

        private func put<T: HDF5Scalar & FixedWidthInteger>(
            _ name: String, _ names: [T: String], isBigEndian: Bool = false, in root: Group
        ) throws {
            let isCreated = Library.locked {
                let base = H5Tcopy(T.elementType.nativeType)
                H5Tset_order(base, isBigEndian ? H5T_ORDER_BE : H5T_ORDER_LE)
                let type = H5Tenum_create(base)
                for (value, name) in names {
                    var value = isBigEndian ? value.bigEndian : value.littleEndian
                    H5Tenum_insert(type, name, &value)
                }
                let space = H5Screate(H5S_SCALAR)
                let dataset = H5Dcreate2(root.id, name, type, space, 0, 0, 0)
                defer {
                    H5Dclose(dataset)
                    H5Sclose(space)
                    H5Tclose(type)
                    H5Tclose(base)
                }
                return dataset >= 0
            }
            try #require(isCreated)
        }
    }
}
