import Glibc

/// A thread beside the caller's that works on slots in the order in which they are handed over, and gives them back in that order.
///
/// What comes out does not depend on the threads' timing. A slot belongs to one side at a time: to the worker from `submit` until `take` gives it
/// back. Where the system gives no thread, `submit` does the work itself.
///
/// Everything that `work` uses must outlive the lane or be stopped for with `stop`.
package final class Lane<Slot: AnyObject> {
    private let shared: Shared
    private var thread: pthread_t?
    private var isStopped = false

    package init(_ work: @escaping (Slot) -> Void) {
        shared = Shared(work)
        var thread = pthread_t()
        let context = Unmanaged<AnyShared>.passRetained(shared)
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<AnyShared>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if code == 0 { self.thread = thread } else { context.release() }
    }

    deinit { stop() }

    /// How many were handed over and not taken back.
    package private(set) var outstanding = 0

    /// Does nothing after `stop`.
    package func submit(_ slot: Slot) {
        guard !isStopped else { return }
        outstanding += 1
        guard thread != nil else {
            shared.work(slot)
            return shared.locked { shared.done.append(slot) }
        }
        shared.locked {
            shared.waiting.append(slot)
            pthread_cond_signal(&shared.changed)
        }
    }

    /// The oldest that was handed over, once its work is done; nil if none is outstanding.
    package func take() -> Slot? {
        guard outstanding > 0 else { return nil }
        outstanding -= 1
        return shared.locked {
            shared.wait { shared.done.isEmpty }
            return shared.done.removeFirst()
        }
    }

    /// Ends the thread after the slot in hand and waits until it has. What was handed over and not taken back is lost.
    package func stop() {
        isStopped = true
        outstanding = 0
        guard let thread else { return }
        self.thread = nil
        shared.locked {
            shared.isStopped = true
            pthread_cond_signal(&shared.changed)
        }
        pthread_join(thread, nil)
    }
}

/// What the thread's entry point can name, which knows no generic type.
private class AnyShared {
    func run() {}
}

extension Lane {
    /// What both threads touch, under its mutex. Few slots wait at a time, so that taking from an array's front costs nothing.
    private final class Shared: AnyShared {
        let work: (Slot) -> Void
        var mutex = pthread_mutex_t()
        var changed = pthread_cond_t()
        var waiting: [Slot] = []
        var done: [Slot] = []
        var isStopped = false

        init(_ work: @escaping (Slot) -> Void) {
            self.work = work
            super.init()
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

        override func run() {
            while true {
                let slot: Slot? = locked {
                    wait { waiting.isEmpty && !isStopped }
                    return isStopped ? nil : waiting.removeFirst()
                }
                guard let slot else { return }
                work(slot)
                locked {
                    done.append(slot)
                    pthread_cond_signal(&changed)
                }
            }
        }
    }
}
