/// One row, every cell quoted, with CRLF. A cell that a spreadsheet would run as a formula gets an apostrophe in front, after blanks too.
func writeRow(_ cells: [String], into out: inout [UInt8]) {
    for (i, cell) in cells.enumerated() {
        if i > 0 { out.append(UInt8(ascii: ",")) }
        let first = cell.utf8.first { $0 > 32 } ?? 0
        let startsFormula =
            [61, 43, 64, 45].contains(first) || cell.utf8.first == 9 || cell.utf8.first == 13
            || ["＝", "＋", "－", "＠"].contains { cell.hasPrefix($0) }
        out.append(34)
        if startsFormula { out.append(UInt8(ascii: "'")) }
        for byte in cell.utf8 {
            if byte == 34 { out.append(34) }
            out.append(byte)
        }
        out.append(34)
    }
    out += [13, 10]
}
