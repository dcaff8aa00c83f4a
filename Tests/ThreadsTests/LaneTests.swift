import Glibc
import Testing

@testable import Threads

@Suite struct LaneTests {
    private final class Slot {
        let number: Int
        var square = 0
        init(_ number: Int) { self.number = number }
    }

    /// Slots of uneven cost come back in order, each worked on exactly once.
    @Test(arguments: [1, 2, 7, 64]) func everySlotComesBackInItsPlace(depth: Int) throws {
        var worked = 0
        let lane = Lane<Slot> { slot in
            if slot.number % 97 == 0 { usleep(2_000) }
            slot.square += slot.number * slot.number
            worked += 1
        }
        var next = 0
        func check(_ slot: Slot?) throws {
            let slot = try #require(slot)
            #expect(slot.number == next && slot.square == next * next)
            next += 1
        }
        for number in 0..<1_000 {
            lane.submit(Slot(number))
            if lane.outstanding == depth { try check(lane.take()) }
        }
        while lane.outstanding > 0 { try check(lane.take()) }
        #expect(next == 1_000)
        #expect(lane.take() == nil)
        lane.stop()
        #expect(worked == 1_000)
    }

    /// A caller that gives up leaves no thread behind, and none of what it handed over is begun after that.
    @Test(arguments: [0, 1, 40]) func itCanBeStoppedAnywhere(taken: Int) {
        var worked = 0
        let lane = Lane<Slot> { _ in
            usleep(100)
            worked += 1
        }
        for number in 0..<1_000 { lane.submit(Slot(number)) }
        for _ in 0..<taken { _ = lane.take() }
        lane.stop()
        let atStop = worked
        #expect(atStop >= taken && atStop < 1_000)
        usleep(10_000)
        #expect(worked == atStop)
        #expect(lane.take() == nil)
    }

    @Test func whatItHoldsIsFreedWithIt() {
        weak var slot: Slot?
        do {
            let kept = Slot(1)
            slot = kept
            let lane = Lane<Slot> { _ in }
            lane.submit(kept)
        }
        #expect(slot == nil)
    }
}
