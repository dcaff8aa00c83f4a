import Glibc

/// Blocks of bytes that a thread of its own makes while the ones before are being used: unpacking beside hashing.
///
/// The blocks and their order do not depend on the threads' timing. Whoever starts one must `stop` it before anything that `make` uses goes away.
final class ReadAhead {
    /// The next block, valid until the next call of `make`; nil at the end.
    typealias Make = () throws(ContainerStop) -> UnsafeRawBufferPointer?

    /// What both threads touch, under its mutex; the content of a slot belongs to one side at a time.
    private final class Shared {
        let make: Make
        let slots: [Slot]
        var mutex = pthread_mutex_t()
        var changed = pthread_cond_t()
        /// Blocks made and blocks given back since the start: the slots between them are full.
        var made = 0
        var used = 0
        var isStopped = false
        var end: End?

        init(_ make: @escaping Make) {
            self.make = make
            slots = (0..<ReadAhead.depth).map { _ in Slot() }
            pthread_mutex_init(&mutex, nil)
            pthread_cond_init(&changed, nil)
        }
        deinit {
            pthread_cond_destroy(&changed)
            pthread_mutex_destroy(&mutex)
        }

        func locked<Answer>(_ body: () -> Answer) -> Answer {
            pthread_mutex_lock(&mutex)
            defer { pthread_mutex_unlock(&mutex) }
            return body()
        }
        func wait(while condition: () -> Bool) { while condition() { pthread_cond_wait(&changed, &mutex) } }

        func run() {
            while true {
                let slot: Slot? = locked {
                    wait { made - used == ReadAhead.depth && !isStopped }
                    return isStopped ? nil : slots[made % ReadAhead.depth]
                }
                guard let slot else { return }
                var end: End?
                do throws(ContainerStop) {
                    if let block = try make() { slot.fill(block) } else { end = .finished }
                } catch { end = .stopped(error) }
                locked {
                    if end == nil { made += 1 } else { self.end = end }
                    pthread_cond_signal(&changed)
                }
                if end != nil { return }
            }
        }
    }

    private enum End {
        case finished
        case stopped(ContainerStop)
    }

    private final class Slot {
        private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        private var count = 0
        deinit { memory.deallocate() }

        func fill(_ block: UnsafeRawBufferPointer) {
            if block.count > memory.count {
                memory.deallocate()
                memory = .allocate(byteCount: block.count, alignment: 64)
            }
            memory.copyMemory(from: block)
            count = block.count
        }
        var block: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }
    }

    private static let depth = 8

    private let shared: Shared
    private var thread: pthread_t?
    private var holdsBlock = false

    /// Nil if the system gives no thread.
    init?(_ make: @escaping Make) {
        shared = Shared(make)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(shared)
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Shared>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return nil
        }
        self.thread = thread
    }

    deinit { stop() }

    /// The next block, valid until the next call; nil at the end.
    func next() throws(ContainerStop) -> UnsafeRawBufferPointer? {
        let shared = shared
        let (block, end) = shared.locked { () -> (UnsafeRawBufferPointer?, End?) in
            if holdsBlock { shared.used += 1 }
            holdsBlock = false
            pthread_cond_signal(&shared.changed)
            shared.wait { shared.made == shared.used && shared.end == nil }
            guard shared.made > shared.used else { return (nil, shared.end) }
            holdsBlock = true
            return (shared.slots[shared.used % ReadAhead.depth].block, nil)
        }
        if case .stopped(let stop)? = end { throw stop }
        return block
    }

    /// Ends the thread and waits until it has; what it made and nobody took is lost.
    func stop() {
        guard let thread else { return }
        self.thread = nil
        shared.locked {
            shared.isStopped = true
            pthread_cond_signal(&shared.changed)
        }
        pthread_join(thread, nil)
    }
}
