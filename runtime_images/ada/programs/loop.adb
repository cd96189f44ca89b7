with Ada.Text_IO; use Ada.Text_IO;

procedure Main is
   N : Natural := 0;
begin
   Put_Line ("looping");
   loop
      N := (N + 1) mod 1_000;
   end loop;
end Main;
