import Evidence
import Glibc

/// The one lock of a ledger folder. Released when its last holder goes, and by the kernel when the process does.
package final class LedgerLock {
    private let descriptor: Int32

    /// Throws `locked` at once if another process holds it, unless `waiting`.
    package init(folder: String, waiting: Bool = false) throws(LedgerError) {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .inputOutput(path: path, reason: reason(errno)) }
        guard flock(descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB)) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { throw .locked(path: folder) }
            throw .inputOutput(path: path, reason: reason(code))
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
