import Glibc
import Testing

@testable import Archive

@Suite struct ReadAheadTests {
    /// Blocks 0, 1, … of one to `largest` bytes each, every byte its number; then the end, or a stop.
    private final class Blocks {
        private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 8)
        private let count: Int
        private let isCut: Bool
        private(set) var made = 0
        init(_ count: Int, isCut: Bool = false) {
            self.count = count
            self.isCut = isCut
        }
        deinit { memory.deallocate() }

        static func size(_ number: Int) -> Int { 1 + number * 7919 % (1 << 18) }

        func next() throws(ContainerStop) -> UnsafeRawBufferPointer? {
            guard made < count else {
                if isCut { throw ContainerStop.flaw("cut") }
                return nil
            }
            let size = Blocks.size(made)
            memory[..<size].withMemoryRebound(to: UInt8.self) { $0.update(repeating: UInt8(truncatingIfNeeded: made)) }
            made += 1
            return UnsafeRawBufferPointer(rebasing: memory[..<size])
        }
    }

    private func start(_ blocks: Blocks) -> ReadAhead { ReadAhead { () throws(ContainerStop) in try blocks.next() } }

    @Test(arguments: [0, 1, 7, 8, 9, 300])
    func everyBlockComesWholeAndInItsPlace(count: Int) throws {
        let blocks = Blocks(count)
        let ahead = start(blocks)
        for number in 0..<count {
            let block = try #require(try ahead.next())
            #expect(block.count == Blocks.size(number) && block.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) })
        }
        #expect(try ahead.next() == nil)
        #expect(try ahead.next() == nil)
        ahead.stop()
    }

    @Test func whatWasMadeBeforeAStopComesFirst() throws {
        let ahead = start(Blocks(5, isCut: true))
        for _ in 0..<5 { #expect(try ahead.next() != nil) }
        #expect(throws: ContainerStop.self) { try ahead.next() }
        #expect(throws: ContainerStop.self) { try ahead.next() }
    }

    /// A reader that gives up must not wait for a maker that waits for it, nor leave it running.
    @Test(arguments: [0, 1, 20])
    func itCanBeStoppedAnywhere(taken: Int) throws {
        let blocks = Blocks(1_000_000)
        let ahead = start(blocks)
        for _ in 0..<taken { #expect(try ahead.next() != nil) }
        ahead.stop()
        let made = blocks.made
        #expect(made >= taken && made <= taken + 9)
        usleep(10_000)
        #expect(blocks.made == made)
    }
}
