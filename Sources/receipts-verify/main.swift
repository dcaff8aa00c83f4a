import Verification

VerifyProgram.main(Array(CommandLine.arguments.dropFirst()))
