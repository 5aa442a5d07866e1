import COneDNN
import CVector

/// The precision of multiplications' operands: Float32, or bfloat16, the upper half of a Float32's bits. Both
/// accumulate in Float32.
public enum Precision: String, Sendable, CaseIterable {
    case fp32, bf16

    /// Whether the CPU has instructions for it. Without them operands are rounded, then multiplied as Float32.
    public var isNative: Bool { self == .fp32 || conednn_has_bf16() }
}

/// The element format of an operand.
public enum OperandFormat: Sendable {
    case float32
    case bfloat16
    /// Float32 rounded to bfloat16's values, for CPUs without bfloat16 instructions.
    case roundedFloat32

    public init(_ precision: Precision) {
        self = precision == .fp32 ? .float32 : precision.isNative ? .bfloat16 : .roundedFloat32
    }

    var size: Int { self == .bfloat16 ? 2 : 4 }

    var code: cvector_format {
        switch self {
        case .float32: CVECTOR_FP32
        case .bfloat16: CVECTOR_BF16
        case .roundedFloat32: CVECTOR_ROUNDED
        }
    }
}

/// A zero-filled buffer for operands of multiplications.
public struct OperandBuffer: Sendable {
    public let format: OperandFormat
    public let count: Int
    private let bytes: AlignedBuffer<UInt8>

    public init(count: Int, format: OperandFormat) {
        self.format = format
        self.count = count
        bytes = AlignedBuffer(count: count * format.size)
    }

    /// The whole buffer. The view does not keep it alive.
    public var view: OperandView { OperandView(bytes: bytes.view, format: format) }

    /// `count` rounded up to whole 64-byte lines, whatever the format.
    public static func aligned(_ count: Int) -> Int { (count + 31) / 32 * 32 }
}

/// A borrowed range of an operand's elements.
public struct OperandView: Sendable {
    let bytes: BufferView<UInt8>
    public let format: OperandFormat

    public var count: Int { bytes.count / format.size }
    var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bytes.base) }

    /// The elements of a Float32 operand.
    package var floats: FloatView {
        precondition(format == .float32)
        return FloatView(base: base.assumingMemoryBound(to: Float.self), count: count)
    }

    /// Sets all elements to 0.
    package func clear() { bytes.pointer.update(repeating: 0) }

    /// `count` elements from `offset` on.
    public func slice(_ offset: Int, _ count: Int) -> OperandView {
        OperandView(bytes: bytes.slice(offset * format.size, count * format.size), format: format)
    }
}

extension FloatView {
    /// The same elements as an operand.
    package var asOperand: OperandView {
        let raw = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self)
        return OperandView(bytes: BufferView<UInt8>(base: raw, count: 4 * count), format: .float32)
    }
}
