module greeting;

immutable text = "modules";
