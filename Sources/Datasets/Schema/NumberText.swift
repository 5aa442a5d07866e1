/// The text of a number in messages: 3, not 3.0.
package func describe<Number: BinaryFloatingPoint & LosslessStringConvertible>(_ number: Number) -> String {
    Int64(exactly: number).map { "\($0)" } ?? "\(number)"
}
