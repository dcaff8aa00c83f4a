/// Looks through what is about to be published for personal data and secrets that no rule took out.
package struct LeakScan {
    package static func scan(_ bytes: [UInt8]) -> [Hit] { bytes.withUnsafeBytes { scan($0) } }

    /// In order of their offset. A hit says where and by which rule, never what.
    package static func scan(_ bytes: UnsafeRawBufferPointer) -> [Hit] {
        var hits: [Hit] = []
        PatternScanner(bytes).each(apart: []) { hits.append($0) }
        return hits
    }
}
