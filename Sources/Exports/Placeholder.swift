import Assessment
package func oscalAssessmentResults(_ edition: Edition) throws -> [UInt8] { [] }
package func resultsJSON(_ edition: Edition) throws -> [UInt8] { [] }
package func controlsCSV(_ edition: Edition) throws -> [UInt8] { [] }
