/// How large a rate of deviations may be, given what was seen: the exact one-sided upper limit of Clopper and Pearson.
///
/// Only sums, products and quotients of IEEE doubles, no function of a C library: the same bits on every machine.
package enum DeviationBound {
    package static let confidence = 0.95

    /// The largest rate at which `deviations` or fewer among `tested` items are still seen once in twenty times (1 - confidence). Nil where
    /// nothing was tested.
    package static func upper(_ deviations: Int, of tested: Int, confidence: Double = confidence) -> Double? {
        guard tested > 0, deviations >= 0, deviations <= tested else { return nil }
        guard deviations < tested else { return 1 }
        let chosen = Scaled.choose(deviations, of: tested)
        var low = Double(deviations) / Double(tested)
        var high = 1.0
        // Halving ends where two doubles have none between them.
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return high }
            if atMost(deviations, of: tested, rate: middle, chosen) > 1 - confidence { low = middle } else { high = middle }
        }
    }

    /// The probability of so many deviations or fewer: the last term of the sum, and each one before it by its ratio to the next.
    private static func atMost(_ k: Int, of n: Int, rate p: Double, _ chosen: Scaled) -> Double {
        let last = chosen * Scaled.power(p, k) * Scaled.power(1 - p, n - k)
        var sum = 1.0
        var term = 1.0
        var i = k
        while i > 0 {
            term *= Double(i) * (1 - p) / (Double(n - i + 1) * p)
            sum += term
            // Above the rate that was seen every term is smaller than the one after it.
            if term < sum * 0x1p-60 { break }
            i -= 1
        }
        return (last * Scaled(sum)).double
    }

    /// `11.3 %`: to a tenth of a percent from 1 % on; below that two digits, rounded up, because a bound of 0 would be untrue.
    package static func percent(_ rate: Double) -> String {
        if rate >= 0.01 {
            let tenths = Int((rate * 1000).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
        }
        var scaled = rate * 100
        var decimals = 0
        while scaled < 10, decimals < 15 {
            scaled *= 10
            decimals += 1
        }
        var digits = String(Int(scaled.rounded(.up)))
        while digits.utf8.count <= decimals { digits = "0" + digits }
        return "\(digits.dropLast(decimals)).\(digits.suffix(decimals)) %"
    }
}

/// A positive number with an exponent of its own: the share of ten million items that all operated is far below the smallest double.
private struct Scaled {
    private let significand: Double
    private let exponent: Int

    init(_ value: Double) { self.init(value, 0) }
    private init(_ value: Double, _ exponent: Int) {
        guard value > 0 else {
            significand = 0
            self.exponent = 0
            return
        }
        significand = value.significand
        self.exponent = exponent + Int(value.exponent)
    }

    static func * (a: Scaled, b: Scaled) -> Scaled { Scaled(a.significand * b.significand, a.exponent + b.exponent) }

    static func power(_ base: Double, _ exponent: Int) -> Scaled {
        var result = Scaled(1)
        var square = Scaled(base)
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result * square }
            square = square * square
            rest >>= 1
        }
        return result
    }

    /// How many ways there are to choose `k` of `n`.
    static func choose(_ k: Int, of n: Int) -> Scaled {
        var result = Scaled(1)
        let fewer = min(k, n - k)
        for i in 0..<fewer { result = result * Scaled(Double(n - i) / Double(i + 1)) }
        return result
    }

    var double: Double { exponent < -1070 ? 0 : exponent > 1000 ? .infinity : Double(sign: .plus, exponent: exponent, significand: significand) }
}
