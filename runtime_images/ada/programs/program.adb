with Ada.Containers.Generic_Array_Sort;
with Ada.Containers.Indefinite_Ordered_Maps;
with Ada.Strings.Fixed;
with Ada.Text_IO;            use Ada.Text_IO;

procedure Program is
   package Counters is new Ada.Containers.Indefinite_Ordered_Maps (String, Natural);
   type Numbers is array (Positive range <>) of Integer;
   procedure Sort is new Ada.Containers.Generic_Array_Sort (Positive, Integer, Numbers);

   function Fib (N : Natural) return Natural is (if N < 2 then N else Fib (N - 1) + Fib (N - 2));

   function Reversed (Text : String) return String is
     (if Text = "" then "" else Reversed (Text (Text'First + 1 .. Text'Last)) & Text (Text'First));

   function Image (N : Integer) return String is (Ada.Strings.Fixed.Trim (N'Image, Ada.Strings.Left));

   Text   : constant String := "the quick the fox ";
   Counts : Counters.Map;
   Most   : Natural         := 0;
   Start  : Positive        := Text'First;
   Sorted : Numbers         := (5, 3, 8, 1, 2);
begin
   Put_Line ("fib " & Image (Fib (10)));
   Put_Line ("reversed " & Reversed ("hello"));
   for I in Text'Range loop
      if Text (I) = ' ' then
         declare
            Word : constant String := Text (Start .. I - 1);
         begin
            if Counts.Contains (Word) then
               Counts (Word) := Counts (Word) + 1;
            else
               Counts.Insert (Word, 1);
            end if;
            Most := Natural'Max (Most, Counts (Word));
         end;
         Start := I + 1;
      end if;
   end loop;
   Put ("words");
   for N in reverse 1 .. Most loop
      for Place in Counts.Iterate loop
         if Counts (Place) = N then
            Put (" " & Counters.Key (Place) & "=" & Image (N));
         end if;
      end loop;
   end loop;
   New_Line;
   Sort (Sorted);
   Put ("sorted");
   for N of Sorted loop
      Put (" " & Image (N));
   end loop;
   New_Line;
end Program;
