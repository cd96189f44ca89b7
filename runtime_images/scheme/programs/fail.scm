(error "it broke")
