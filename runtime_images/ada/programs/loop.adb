procedure Main is
   N : Natural := 0;
begin
   loop
      N := (N + 1) mod 1_000;
   end loop;
end Main;
