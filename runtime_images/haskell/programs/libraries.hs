{-# LANGUAGE OverloadedStrings #-}

module Main where

import Control.Concurrent.Async (concurrently)
import Control.Concurrent.STM (newTVarIO, readTVarIO)
import Control.Monad (unless)
import Control.Monad.State (execState, modify)
import qualified Data.Aeson as Aeson
import qualified Data.Attoparsec.Text as Attoparsec
import qualified Data.ByteString.Char8 as ByteString
import qualified Data.Csv as Csv
import Data.Default (def)
import qualified Data.HashMap.Strict as HashMap
import Data.Hashable (hash)
import Data.List.Split (splitOn)
import qualified Data.Map as Map
import qualified Data.Primitive.Array as Primitive
import qualified Data.Text as Text
import Data.Time (addDays, fromGregorian)
import qualified Data.Vector as Vector
import qualified Data.Yaml as Yaml
import System.Random (mkStdGen, randomR)
import qualified Text.Megaparsec as Megaparsec
import qualified Text.Parsec as Parsec
import Text.Regex.TDFA ((=~))

check :: String -> Bool -> IO ()
check what holds = unless holds (error what)

main :: IO ()
main = do
  check "aeson" (Aeson.decode "[1, 2]" == Just [1, 2 :: Int])
  check "yaml" (either (const False) (== Map.fromList [("a" :: String, 1 :: Int)]) (Yaml.decodeEither' "a: 1"))
  check "cassava" (Csv.decode Csv.NoHeader "a,1\r\n" == Right (Vector.fromList [("a" :: String, 1 :: Int)]))
  check "attoparsec" (Attoparsec.parseOnly Attoparsec.decimal "12" == Right (12 :: Int))
  check "megaparsec" (Megaparsec.parseMaybe (Megaparsec.chunk "a" :: Megaparsec.Parsec () Text.Text Text.Text) "a" == Just "a")
  check "parsec" (Parsec.parse (Parsec.many1 Parsec.digit) "" ("12" :: String) == Right "12")
  check "regex" (("abc12" :: String) =~ ("[0-9]+" :: String) == ("12" :: String))
  check "text" (Text.toUpper "grüße" == "GRÜSSE")
  check "bytestring" (ByteString.length "abc" == 3)
  check "vector" (Vector.sum (Vector.enumFromTo 1 10) == (55 :: Int))
  check "unordered-containers" (HashMap.lookup "a" (HashMap.fromList [("a" :: String, hash (1 :: Int))]) == Just 1)
  check "split" (splitOn "," "a,b" == ["a", "b" :: String])
  check "mtl" (execState (modify (+ 1)) 1 == (2 :: Int))
  check "time" (addDays 1 (fromGregorian 2024 2 28) == fromGregorian 2024 2 29)
  check "random" (fst (randomR (1, 1 :: Int) (mkStdGen 0)) == 1)
  check "default" ((def :: Int) == 0)
  check "primitive" (length (Primitive.arrayFromList [1, 2 :: Int]) == 2)
  variable <- newTVarIO (1 :: Int)
  (one, two) <- concurrently (readTVarIO variable) (pure (2 :: Int))
  check "async" (one + two == 3)
  putStrLn "ok"
