/// The file that `torch.save` makes of an `OrderedDict` of tensors, such as a module's `state_dict`, and that
/// `torch.load(path, weights_only=True)` reads (torch/serialization.py, `_save`).
///
/// Each tensor has a storage of its own on the CPU, whose bytes are an entry of the archive.
/// - Throws: `ZipError`: `.repeatedName` if two tensors have one name, `.zip64` if the file would be too large.
package func torchFile(_ tensors: [StoredTensor]) throws(ZipError) -> FileParts {
    if let name = tensors.repeatedName { throw .repeatedName(name) }
    // The folder may have any name, but all entries the same one.
    let folder = "archive"
    var archive = ZipWriter(alignment: 64)
    try archive.append("\(folder)/data.pkl", program(of: tensors))
    try archive.append("\(folder)/byteorder", Array("little".utf8))
    for (index, tensor) in tensors.enumerated() {
        try archive.append("\(folder)/data/\(index)", tensor.elements.bytes)
    }
    try archive.append("\(folder)/version", Array("3\n".utf8))
    return try archive.finished()
}

/// The program that makes the dictionary.
private func program(of tensors: [StoredTensor]) -> [UInt8] {
    PickleWriter { program in
        program.appendOrderedDictionary()
        program.setItems { items in
            for (index, tensor) in tensors.enumerated() {
                items.append(tensor.name)
                append(tensor, storage: index, to: &items)
            }
        }
    }.bytes
}

/// A call of `_rebuild_tensor_v2` with a storage, the position of the first element, the shape, the strides, whether it requires a
/// gradient, and an empty dictionary of hooks.
private func append(_ tensor: StoredTensor, storage index: Int, to program: inout PickleWriter) {
    program.appendCall("_rebuild_tensor_v2", of: "torch._utils") { arguments in
        arguments.appendPersistent { storage in
            storage.append("storage")
            storage.append(global: storageType(of: tensor.elements), of: "torch")
            storage.append("\(index)")
            storage.append("cpu")
            storage.append(tensor.elements.count)
        }
        arguments.append(0)
        arguments.appendTuple { for dimension in tensor.shape { $0.append(dimension) } }
        arguments.appendTuple { for stride in strides(of: tensor.shape) { $0.append(stride) } }
        arguments.appendFalse()
        arguments.appendOrderedDictionary()
    }
}

private func storageType(of elements: StoredTensor.Elements) -> String {
    switch elements {
    case .floats: "FloatStorage"
    case .doubles: "DoubleStorage"
    case .integers: "LongStorage"
    }
}

/// How many elements lie from one index of each dimension to the next, in row-major order.
private func strides(of shape: [Int]) -> [Int] {
    var (strides, product) = ([Int](), 1)
    for dimension in shape.reversed() {
        strides.append(product)
        product *= max(1, dimension)
    }
    return strides.reversed()
}
