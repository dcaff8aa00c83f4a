/// SVG path data for marks that differ in shape, so that colour is never needed. One path holds all marks of a state.
enum Mark {
    case block, frame, cross, diamond, triangle, dash

    /// Drawn into a square of `size` at (`x`, `y`).
    func path(_ x: Int, _ y: Int, _ size: Int) -> String {
        let (right, bottom, middle) = (x + size, y + size, size / 2)
        switch self {
        case .block: return "M\(x) \(y)h\(size)v\(size)h-\(size)z"
        case .frame: return "M\(x) \(y)h\(size)v\(size)h-\(size)zM\(x + 2) \(y + 2)v\(size - 4)h\(size - 4)v-\(size - 4)z"
        case .cross: return "M\(x + 1) \(y + 1)L\(right - 1) \(bottom - 1)M\(right - 1) \(y + 1)L\(x + 1) \(bottom - 1)"
        case .diamond: return "M\(x + middle) \(y - 1)L\(right + 1) \(y + middle)L\(x + middle) \(bottom + 1)L\(x - 1) \(y + middle)z"
        case .triangle: return "M\(x + middle) \(y)L\(right) \(bottom)H\(x)z"
        case .dash: return "M\(x + 1) \(y + middle)h\(size - 2)"
        }
    }
}
