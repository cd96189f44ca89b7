-- The main of the module that stands for PROGRAM, with output written by the line: else a timeout loses it.
module ByLine (main) where
import qualified PROGRAM
import System.IO
main :: IO ()
main = hSetBuffering stdout LineBuffering >> PROGRAM.main >> pure ()
