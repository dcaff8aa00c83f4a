import Glibc
import Synchronization

/// Standard output and standard error as the caller handed them over.
package enum StandardStreams {
    private static let lost = Mutex<Int32?>(nil)

    /// Before anything is opened: a stream that the caller closed would give its number to the next file, which then got what is said. Opened for reading, it
    /// refuses what is written to it.
    package static func hold() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDONLY)
        }
    }

    package static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let got = Glibc.write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if got < 0, errno == EINTR { continue }
                // The caller made it non-blocking, for itself or for whoever else holds it.
                if got < 0, errno == EAGAIN {
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, -1)
                    continue
                }
                guard got > 0 else {
                    // A reader that went away wants no more.
                    let reason = errno
                    if descriptor == 1, reason != EPIPE { lost.withLock { $0 = $0 ?? reason } }
                    return
                }
                sent += got
            }
        }
    }

    /// Why not everything said on standard output has arrived; nil if it has, or nobody wanted the rest.
    package static var problem: String? { lost.withLock { $0 }.map { "standard output cannot be written: \(String(cString: strerror($0)))" } }
}
