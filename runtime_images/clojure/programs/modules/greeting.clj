(ns greeting)

(def text "modules")
