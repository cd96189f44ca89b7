--  A package in this file, beside the one in files of its own.
package Greeting is
   function Text return String is ("modules");
end Greeting;

with Ada.Text_IO;
with Greeting;
with Shapes;

procedure Main is
begin
   if Shapes.Area (3) = 9 then
      Ada.Text_IO.Put_Line (Greeting.Text & " ok");
   end if;
end Main;
