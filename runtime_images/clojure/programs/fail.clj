(throw (ex-info "it broke" {}))
