/// Bytes on their way from a program, of which those that a secret could have begun in wait for what comes after them.
final class GuardedBytes {
    private let secrets: SecretGuard
    private let buffer: UnsafeMutableRawBufferPointer
    private var count = 0
    /// How many of them were handed on.
    private var shown = 0

    /// `chunk`: the most bytes that come at once.
    init(_ secrets: SecretGuard, chunk: Int) {
        self.secrets = secrets
        buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk + secrets.reach, alignment: 16)
    }
    deinit { buffer.deallocate() }

    enum Answer {
        /// Valid until the next call; empty where all are held back, or at the end.
        case bytes(UnsafeRawBufferPointer)
        /// The name of a secret that stands in them.
        case secret(String)
    }

    /// No more come where the chunk is empty.
    func pass(_ chunk: UnsafeRawBufferPointer) -> Answer {
        count -= shown
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[shown..<(shown + count)]))
        UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: chunk)
        count += chunk.count
        shown = 0
        if let name = secrets.found(in: UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
            count = 0
            return .secret(name)
        }
        shown = chunk.isEmpty ? count : max(0, count - secrets.reach)
        return .bytes(UnsafeRawBufferPointer(rebasing: buffer[..<shown]))
    }
}
