import DurableFiles
import Foundation
import Testing

@testable import Formats

/// A file that Fixtures/record_formats.py recorded.
func recorded(_ fileExtension: String) throws -> [UInt8] {
    let path = try #require(Bundle.module.path(forResource: "recorded", ofType: fileExtension))
    return try readFile(path)
}

func tensor(_ name: String, _ shape: [Int], _ values: [Float]) throws -> StoredTensor {
    try #require(StoredTensor(name: name, shape: shape, elements: .floats(values)))
}

func tensor(_ name: String, _ shape: [Int], _ values: [Double]) throws -> StoredTensor {
    try #require(StoredTensor(name: name, shape: shape, elements: .doubles(values)))
}

func tensor(_ name: String, _ shape: [Int], _ values: [Int64]) throws -> StoredTensor {
    try #require(StoredTensor(name: name, shape: shape, elements: .integers(values)))
}
