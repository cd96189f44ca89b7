let () = failwith "it broke"
