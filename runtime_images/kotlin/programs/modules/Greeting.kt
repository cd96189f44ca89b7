const val TEXT = "modules"
