throw new RuntimeException("it broke")
