import COneDNN
import CVector

/// What matrix multiplications take: Float32, or bfloat16, the upper half of a Float32's bits. Both add up in Float32.
public enum Precision: String, Sendable, CaseIterable {
    case fp32, bf16

    /// Whether the CPU multiplies so. If not, the operands are rounded to the precision, and multiplied as Float32.
    public var isNative: Bool { self == .fp32 || conednn_has_bf16() }
}

/// How the numbers of an operand lie in memory.
public enum OperandFormat: Sendable {
    case float32
    case bfloat16
    /// Float32 with the values that bfloat16 has, where the CPU has no instructions for that.
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

/// Memory for operands of multiplications, zero-filled.
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

/// A range of an operand's numbers in memory that somebody else owns.
public struct OperandView: Sendable {
    let bytes: BufferView<UInt8>
    public let format: OperandFormat

    public var count: Int { bytes.count / format.size }
    var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bytes.base) }

    /// The same memory, of an operand that is floats.
    var floats: FloatView {
        precondition(format == .float32)
        return FloatView(base: base.assumingMemoryBound(to: Float.self), count: count)
    }

    /// `count` numbers from `offset` on.
    public func slice(_ offset: Int, _ count: Int) -> OperandView {
        OperandView(bytes: bytes.slice(offset * format.size, count * format.size), format: format)
    }
}

extension FloatView {
    /// The same memory, as an operand.
    package var asOperand: OperandView {
        let raw = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self)
        return OperandView(bytes: BufferView<UInt8>(base: raw, count: 4 * count), format: .float32)
    }
}
