import Threads

/// Blocks of bytes that a thread of its own makes while the ones before are being used: unpacking beside hashing.
///
/// Whoever starts one must `stop` it before anything that `make` uses goes away.
final class ReadAhead {
    /// The next block, valid until the next call of `make`; nil at the end.
    typealias Make = () throws(ContainerStop) -> UnsafeRawBufferPointer?

    private enum Content { case block, end, stopped(ContainerStop) }

    private final class Slot {
        private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        private var count = 0
        var content = Content.end
        deinit { memory.deallocate() }

        func fill(_ block: UnsafeRawBufferPointer) {
            if block.count > memory.count {
                memory.deallocate()
                memory = .allocate(byteCount: block.count, alignment: 64)
            }
            memory.copyMemory(from: block)
            count = block.count
            content = .block
        }
        var block: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }
    }

    private static let depth = 8

    private let lane: Lane<Slot>
    private var held: Slot?
    /// What came instead of a block: nothing comes after it.
    private var last: Content?

    init(_ make: @escaping Make) {
        var isOver = false
        lane = Lane { slot in
            slot.content = .end
            guard !isOver else { return }
            do throws(ContainerStop) {
                if let block = try make() { slot.fill(block) } else { isOver = true }
            } catch {
                slot.content = .stopped(error)
                isOver = true
            }
        }
        for _ in 0..<ReadAhead.depth { lane.submit(Slot()) }
    }

    /// The next block, valid until the next call; nil at the end.
    func next() throws(ContainerStop) -> UnsafeRawBufferPointer? {
        if let held { lane.submit(held) }
        held = nil
        switch last ?? take() {
        case .block: return held?.block
        case .end: return nil
        case .stopped(let stop): throw stop
        }
    }

    private func take() -> Content {
        guard let slot = lane.take() else { return .end }
        if case .block = slot.content { held = slot } else { last = slot.content }
        return slot.content
    }

    /// Ends the thread and waits until it has; what it made and nobody took is lost.
    func stop() { lane.stop() }
}
